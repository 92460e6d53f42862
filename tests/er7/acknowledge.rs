//! Answers to messages, in both modes and for old and new versions.

use fhirkiln::engine::{AcknowledgeMode, AcknowledgeOptions, Options};

#[track_caller]
fn check(message: &str, mode: AcknowledgeMode, expected: &str) {
    let Some(engine) = super::engine() else { return };
    let report = engine.validate(message.replace('\n', "\r"), &Options::default());
    let options = AcknowledgeOptions {
        control_id: "A1".to_owned(),
        time: "20240305101501+0100".to_owned(),
        mode,
        mask_values: true,
    };
    let answer = engine.acknowledge(&report, &options).expect("there is a message");
    let Some(answer) = answer else { return assert_eq!("", expected) };
    assert_eq!(answer.replace('\r', "\n"), expected);
    // An answer is a message that has nothing wrong in it.
    let again = engine.validate(answer, &Options::default());
    let errors: Vec<_> = again.issues.iter().map(|issue| (issue.code, &issue.expression)).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn adt(version: &str, rest: &str) -> String {
    format!(
        "MSH|^~\\&|ADT|H|EHR|C|20240305101500+0100||ADT^A01^ADT_A01|17|P|{version}\nEVN|A01|20240305101500+0100\n{rest}\n"
    )
}

const RIGHT: &str = "PID|1||17^^^H^MR||Chalmers^Peter||19741225|M\nPV1|1|I";
const WRONG: &str = "PID|1||17^^^H^MR||Chalmers^Peter||1974-12-25|M\nPV1|1|";

#[test]
fn accepts_what_has_no_error() {
    let head = "MSH|^~\\&|EHR|C|ADT|H|20240305101501+0100||ACK^A01^ACK|A1|P|2.5.1\n";
    let right = adt("2.5.1", RIGHT);
    check(&right, AcknowledgeMode::Application, &format!("{head}MSA|AA|17\n"));
    check(&right, AcknowledgeMode::Accept, &format!("{head}MSA|CA|17\n"));
}

#[test]
fn answers_where_the_message_asks_for_it() {
    let head = "MSH|^~\\&|EHR|C|ADT|H|20240305101501+0100||ACK^A01^ACK|A1|P|2.5.1\nMSA|";
    let asked = |text: &str, accept: &str, application: &str| {
        text.replace("|2.5.1\n", &format!("|2.5.1|||{accept}|{application}\n"))
    };
    let (right, wrong) = (adt("2.5.1", RIGHT), adt("2.5.1", "PID|1||17||Chalmers\nPV1|1|"));
    let error =
        "\nERR||PV1^1^2^1|101^Required field missing^HL70357|E|v2-required|||`PV1-2` is required\n";
    for (code, is_right, is_wrong) in [
        ("AL", true, true),
        ("NE", false, false),
        ("ER", false, true),
        ("SU", true, false),
        ("", true, true),
    ] {
        let said = |is_asked: bool, code: &str, rest: &str| {
            if is_asked { format!("{head}{code}|17{rest}") } else { String::new() }
        };
        let (accept, application) = (AcknowledgeMode::Accept, AcknowledgeMode::Application);
        check(&asked(&right, code, "NE"), accept, &said(is_right, "CA", "\n"));
        check(&asked(&wrong, code, "NE"), accept, &said(is_wrong, "CE", error));
        check(&asked(&right, "NE", code), application, &said(is_right, "AA", "\n"));
        check(&asked(&wrong, "NE", code), application, &said(is_wrong, "AE", error));
    }
}

#[test]
fn answers_in_the_form_of_the_version_and_with_the_separators_of_the_sender() {
    let no_version = adt("", WRONG.trim_end_matches("PV1|1|"));
    let Some(engine) = super::engine() else { return };
    let options = AcknowledgeOptions {
        control_id: "A1".to_owned(),
        time: "20240305101501+0100".to_owned(),
        mode: AcknowledgeMode::Application,
        mask_values: true,
    };
    let report = engine.validate(no_version.replace('\n', "\r"), &Options::default());
    let answer =
        engine.acknowledge(&report, &options).expect("a message").expect("it is asked for");
    assert!(answer.contains("||ACK^A01^ACK|A1|P|2.5.1\rMSA|AR|17\rERR||"), "{answer}");
    assert!(answer.contains("ERR||MSH^1^12^1|203^Unsupported version id^HL70357|E|"), "{answer}");
    let own = adt("2.5.1", RIGHT).replace('|', "*").replace('^', "%");
    check(
        &own,
        AcknowledgeMode::Application,
        "MSH*%~\\&*EHR*C*ADT*H*20240305101501+0100**ACK%A01%ACK*A1*P*2.5.1\nMSA*AA*17\n",
    );
    let national = adt("2.5.1^DEU", RIGHT);
    check(
        &national,
        AcknowledgeMode::Application,
        "MSH|^~\\&|EHR|C|ADT|H|20240305101501+0100||ACK^A01^ACK|A1|P|2.5.1^DEU\nMSA|AA|17\n",
    );
}

#[test]
fn says_where_and_what_is_wrong() {
    check(
        &adt("2.5.1", WRONG),
        AcknowledgeMode::Application,
        "MSH|^~\\&|EHR|C|ADT|H|20240305101501+0100||ACK^A01^ACK|A1|P|2.5.1\nMSA|AE|17\n\
         ERR||PID^1^7^1^1|102^Data type error^HL70357|E|v2-date-time|||(10 characters) is not a time that exists (DTM): \
         write YYYYMMDDHHMMSS.SSSS, cut off where no more is known, and a zone such as +0100 where needed\n\
         ERR||PV1^1^2^1|101^Required field missing^HL70357|E|v2-required|||`PV1-2` is required\n",
    );
}

#[test]
fn old_versions_have_one_segment_for_all_errors() {
    check(
        &adt("2.3", WRONG),
        AcknowledgeMode::Accept,
        "MSH|^~\\&|EHR|C|ADT|H|20240305101501+0100||ACK^A01|A1|P|2.3\nMSA|CE|17\n\
         ERR|PID^1^7^102&Data type error&HL70357~PV1^1^2^101&Required field missing&HL70357\n",
    );
}

#[test]
fn rejects_what_its_header_makes_unprocessable() {
    check(
        &adt("2.5.1", RIGHT).replace("|P|", "||"),
        AcknowledgeMode::Application,
        "MSH|^~\\&|EHR|C|ADT|H|20240305101501+0100||ACK^A01^ACK|A1|P|2.5.1\nMSA|AR|17\n\
         ERR||MSH^1^11^1|101^Required field missing^HL70357|E|v2-required|||`MSH-11` is required\n",
    );
}

#[test]
fn there_is_no_answer_to_what_is_no_message() {
    let Some(engine) = super::engine() else { return };
    let options = AcknowledgeOptions {
        control_id: String::new(),
        time: String::new(),
        mode: AcknowledgeMode::default(),
        mask_values: false,
    };
    for text in ["{}", "BHS|^~\\&|"] {
        let report = engine.validate(text, &Options::default());
        assert_eq!(engine.acknowledge(&report, &options).unwrap_err().code, "input-damaged");
    }
}
