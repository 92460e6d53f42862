use fhirkiln::validate::rules::xhtml;
use std::collections::BTreeMap;
fn main() {
    let divs: Vec<String> =
        serde_json::from_slice(&std::fs::read("/tmp/divs.json").unwrap()).unwrap();
    let bytes: usize = divs.iter().map(String::len).sum();
    let mut counts: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for d in &divs {
        for p in xhtml::check(d) {
            let e = counts.entry(p.code.as_str()).or_insert_with(|| (0, String::new()));
            e.0 += 1;
            if e.0 < 6 {
                let mut a = p.offset.saturating_sub(100);
                while !d.is_char_boundary(a) {
                    a -= 1;
                }
                let mut z = (p.offset + 60).min(d.len());
                while !d.is_char_boundary(z) {
                    z -= 1;
                }
                e.1 += &format!("   {:?} {:?}\n", p.args, &d[a..z]);
            }
        }
    }
    for (k, v) in counts {
        println!("{k} {}\n{}", v.0, v.1);
    }
    for _ in 0..3 {
        let t = std::time::Instant::now();
        let n: usize = divs.iter().map(|d| xhtml::check(d).len()).sum();
        println!("{n} {:.0} MB/s", bytes as f64 / 1e6 / t.elapsed().as_secs_f64());
    }
}
