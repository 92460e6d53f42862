//! What profiles there are, and what one asks: what `fhirkiln explain` writes.

use serde::Deserialize;

use super::style::{Role, paint};
use crate::engine::{Engine, Error, ExplainedElement, Explanation, ProfileEntry};
use crate::issue::Severity;

/// Columns of the names of elements, where they are not longer.
const NAMES: usize = 34;

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExplainFormat {
    /// For people.
    #[default]
    Text,
    /// An [`Explanation`], or a list of [`ProfileEntry`].
    Json,
}

/// What `fhirkiln explain` is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExplainOptions {
    /// The profile: its canonical, or the end of its URL where no other profile ends so. Without it, the profiles
    /// are listed.
    pub profile: Option<String>,
    /// The id or the path of an element, which may be without the type: only this one, and what is below.
    pub element: Option<String>,
    /// How it is written.
    pub format: ExplainFormat,
    /// Colour by ANSI escape sequences.
    pub color: bool,
}

/// Says what a profile asks, or which profiles there are.
///
/// # Errors
/// `profile-unknown`, `element-unknown`.
pub fn explain(engine: &Engine, options: &ExplainOptions) -> Result<String, Error> {
    let writer = Writer { color: options.color };
    let Some(wanted) = &options.profile else {
        let profiles = engine.profiles();
        return Ok(match options.format {
            ExplainFormat::Json => pretty(&profiles),
            ExplainFormat::Text => writer.list(&profiles),
        });
    };
    let mut explanation = find(engine, wanted)?;
    if let Some(element) = &options.element {
        keep(&mut explanation, element)?;
    }
    Ok(match options.format {
        ExplainFormat::Json => pretty(&explanation),
        ExplainFormat::Text => writer.explanation(&explanation),
    })
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n" // plain structs: cannot fail
}

/// The profile of that canonical, or else the only one whose URL ends so.
fn find(engine: &Engine, wanted: &str) -> Result<Explanation, Error> {
    if let Some(explanation) = engine.explain(wanted) {
        return Ok(explanation);
    }
    let error = |message: String| Error::new("profile-unknown", message);
    let ends =
        |it: &&ProfileEntry| it.url.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('/'));
    let all = engine.profiles();
    let mut found: Vec<&str> = all.iter().filter(ends).map(|it| it.url.as_str()).collect();
    found.dedup();
    match found[..] {
        [url] => engine.explain(url).ok_or_else(|| error(format!("`{url}` cannot be read"))),
        [] => Err(error(format!(
            "there is no profile `{wanted}` here: `fhirkiln explain` lists those that are known"
        ))),
        _ => Err(error(format!("`{wanted}` may be {}", found.join(" or ")))),
    }
}

/// Leaves only an element and those below it.
fn keep(explanation: &mut Explanation, element: &str) -> Result<(), Error> {
    let type_name = explanation.type_name.clone();
    let starts = |text: &str| {
        let rest = text.strip_prefix(&type_name).and_then(|rest| rest.strip_prefix('.'));
        let rest = [Some(text), rest].into_iter().flatten().find_map(|it| it.strip_prefix(element));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':', '[']))
    };
    explanation.elements.retain(|it| starts(&it.id) || starts(&it.path));
    if !explanation.elements.is_empty() {
        return Ok(());
    }
    let profile = &explanation.canonical;
    let message = format!("`{profile}` asks nothing of `{element}` beyond what `{type_name}` does");
    Err(Error::new("element-unknown", message))
}

struct Writer {
    color: bool,
}

impl Writer {
    fn list(&self, profiles: &[ProfileEntry]) -> String {
        let mut out = String::new();
        for entry in profiles {
            self.paint(&mut out, Role::Message, &canonical(entry));
            let origin = entry.origin.as_ref().map_or_else(String::new, |it| format!(", {it}"));
            let about = format!("  {}: {}{origin}", entry.type_name, entry.title);
            self.paint(&mut out, Role::Quiet, &about);
            out.push('\n');
        }
        out
    }

    fn explanation(&self, explanation: &Explanation) -> String {
        let mut out = String::new();
        self.paint(&mut out, Role::Message, &explanation.title);
        out.push('\n');
        self.paint(&mut out, Role::Place, &explanation.canonical);
        out.push('\n');
        let bases = explanation.bases.iter().map(|base| format!(", over {base}"));
        let about = format!("for {}{}", explanation.type_name, bases.collect::<String>());
        self.paint(&mut out, Role::Quiet, &about);
        out.push_str("\n\n");
        for element in &explanation.elements {
            self.element(&mut out, element, &explanation.canonical);
        }
        out
    }

    fn element(&self, out: &mut String, element: &ExplainedElement, own: &str) {
        let asks = element.from.is_some();
        let role = if asks { Role::Expression } else { Role::Quiet };
        self.paint(out, role, &element.id);
        if !asks {
            return out.push('\n');
        }
        // How often a resource as a whole is there says nothing.
        if element.id.contains('.') {
            out.push_str(&" ".repeat(NAMES.saturating_sub(element.id.len()).max(2)));
            self.paint(out, Role::Message, &format!("{}..{}", element.min, element.max));
        }
        if !element.types.is_empty() {
            out.push_str("  ");
            self.paint(out, Role::Plain, &element.types.join(" or "));
        }
        if element.must_support {
            out.push_str("  ");
            self.paint(out, Role::Good, "must support");
        }
        out.push('\n');
        self.line(out, "fixed", element.fixed.as_deref());
        self.line(out, "pattern", element.pattern.as_deref());
        self.line(out, "slices by", element.slicing.as_deref());
        element.bindings.iter().for_each(|it| self.line(out, "codes", Some(it)));
        element.limits.iter().for_each(|it| self.line(out, "limit", Some(it)));
        for rule in &element.constraints {
            let is_error = rule.severity == Severity::Error.as_str();
            let name = if is_error { "rule" } else { "advice" };
            self.line(out, name, Some(&format!("{}: {}", rule.key, rule.expression)));
        }
        self.line(out, "asked by", element.from.as_deref().filter(|from| *from != own));
    }

    fn line(&self, out: &mut String, name: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        out.push_str("  ");
        self.paint(out, Role::Quiet, &format!("{name:<9}"));
        out.push(' ');
        self.paint(out, Role::Plain, text);
        out.push('\n');
    }

    fn paint(&self, out: &mut String, role: Role, text: &str) {
        paint(out, self.color, role, text);
    }
}

fn canonical(entry: &ProfileEntry) -> String {
    match &entry.version {
        Some(version) => format!("{}|{version}", entry.url),
        None => entry.url.clone(),
    }
}
