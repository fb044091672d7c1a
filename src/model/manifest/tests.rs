//! Manifests as people write them, and as no one should.

use super::*;
use proptest::prelude::*;
use serde_json::json;

const SHOP: &str = "# the shop\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n    example.org/owner: team-a\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n      - name: side\n        image: busybox:1\n      - name: web\n        image: nginx:1.27\n        resources:\n          limits:\n            memroy: 1Gi\n";

fn codes(text: &str) -> Vec<(ProblemCode, u32, u32)> {
    Manifest::parse(text).issues().map(|i| (i.code, i.at.line, i.at.column)).collect()
}

#[test]
fn documents_know_what_they_name_and_where() {
    let manifest = Manifest::parse(SHOP);
    assert!(!manifest.has_errors(), "{:?}", manifest.issues().collect::<Vec<_>>());
    assert_eq!(manifest.documents.len(), 2);
    let lines: Vec<(u32, u32)> = manifest.documents.iter().map(|d| (d.first_line, d.last_line)).collect();
    assert_eq!(lines, [(1, 5), (6, 25)]);
    let web = &manifest.documents[1].objects[0];
    assert_eq!(
        (web.api_version.as_str(), web.kind.as_str(), web.namespace.as_str(), web.name.as_str()),
        ("apps/v1", "Deployment", "shop", "web")
    );
    assert_eq!((web.kind_at.unwrap().line, web.name_at.unwrap()), (8, Position { line: 10, column: 9 }));
    assert_eq!(web.value.as_ref().unwrap()["spec"]["replicas"], json!(3));
    assert_eq!(manifest.document_at(20), Some(1));
}

#[test]
fn server_paths_point_into_the_text() {
    let manifest = Manifest::parse(SHOP);
    let place = |path: &str| {
        let place = manifest.documents[1].locate(SHOP, 0, path).unwrap();
        (place.at.line, place.at.column, place.exact)
    };
    assert_eq!(place("spec.template.spec.containers[1].resources.limits.memroy"), (25, 13, true));
    assert_eq!(place(".spec.template.spec.containers[name=\"web\"].image"), (22, 9, true));
    assert_eq!(place("spec.template.spec.containers[1].resources.limits[memroy]"), (25, 13, true));
    assert_eq!(place("metadata.annotations.example.org/owner"), (13, 5, true));
    assert_eq!(place("metadata.annotations[example.org/owner]"), (13, 5, true));
    assert_eq!(place("spec.template.spec.containers[0].resources.limits.cpu"), (19, 9, false));
    assert_eq!(place("spec.selector"), (14, 1, false));
    assert_eq!(place("spec.template.spec.containers[name=\"\"].resources.limits.memroy"), (25, 13, true));
    assert_eq!(&SHOP[manifest.documents[1].locate(SHOP, 0, "spec.replicas").unwrap().range], "replicas");
}

#[test]
fn an_error_in_one_document_leaves_the_others_alone() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"open\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: fine}\n";
    let manifest = Manifest::parse(text);
    assert_eq!(manifest.documents.len(), 2);
    assert!(!manifest.documents[0].is_sound());
    assert_eq!(manifest.documents[0].objects[0].kind, "Pod");
    assert!(manifest.documents[0].value.is_none());
    assert!(manifest.documents[1].is_sound());
    assert_eq!(manifest.documents[1].objects[0].name, "fine");
}

#[test]
fn common_mistakes_have_their_own_words() {
    use ProblemCode::*;
    let found = |text: &str| codes(text).into_iter().map(|(code, line, _)| (code, line)).collect::<Vec<_>>();
    assert_eq!(found("kind: Pod\nmetadata:\n\tname: x\n"), [(Tab, 3)]);
    assert_eq!(found("spec:\n  a: 1\n b: 2\n")[0], (Indent, 3));
    assert_eq!(found("a: [1, 2\nb: 3\n")[0].0, OpenBracket);
    assert_eq!(found("a: \"x\n")[0].0, OpenQuote);
    assert_eq!(found("a: @x\n")[0], (NeedsQuotes, 1));
    assert_eq!(found("a: *nobody\n")[0], (UnknownAlias, 1));
    assert_eq!(found("- a\n- b\n"), [(NotAMapping, 1)]);
    assert_eq!(found("metadata:\n  labels: {}\n"), [(NoApiVersion, 1), (NoKind, 1), (NoName, 1)]);
    assert_eq!(found("apiVersion: v1\nkind: Pod\nmetadata:\n  name: Web_1\n"), [(BadName, 4)]);
    assert_eq!(found("apiVersion: v1\nkind: Service\nmetadata:\n  name: 1web\n"), [(BadName, 4)]);
    assert_eq!(found("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: A.b\n"), [(BadNamespace, 5)]);
    assert_eq!(found("apiVersion: v1\nkind: Pod\nmetadata:\n  name: 12\n"), [(NotText, 4)]);
    assert_eq!(found("apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-\n"), []);
}

#[test]
fn repeated_keys_name_the_first_line() {
    let manifest =
        Manifest::parse("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: '1'\n  z: '2'\n  x: '3'\n");
    let issues: Vec<&Issue> = manifest.issues().collect();
    assert_eq!(issues.len(), 1);
    assert_eq!((issues[0].code, issues[0].at), (ProblemCode::DuplicateKey, Position { line: 8, column: 3 }));
    assert_eq!(issues[0].args, [("key", "x".to_owned()), ("line", "6".to_owned())]);
}

#[test]
fn bare_booleans_and_repeated_objects_are_warnings() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: yes, b: \"yes\"}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let manifest = Manifest::parse(text);
    let found: Vec<(ProblemCode, Severity, u32)> = manifest.issues().map(|i| (i.code, i.severity, i.at.line)).collect();
    assert_eq!(
        found,
        [(ProblemCode::BareBoolean, Severity::Warning, 4), (ProblemCode::Repeated, Severity::Warning, 8)]
    );
    assert!(!manifest.has_errors());
}

#[test]
fn json_is_read_too() {
    let text = "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"List\",\n\t\"items\": [\n\t\t{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}},\n\t\t{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"b\"}, \"spec\": {\"x\": true}}\n\t]\n}\n";
    let manifest = Manifest::parse(text);
    assert!(!manifest.has_errors(), "{:?}", manifest.issues().collect::<Vec<_>>());
    let document = &manifest.documents[0];
    let names: Vec<&str> = document.objects.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(document.objects[1].value.as_ref().unwrap()["spec"]["x"], json!(true));
    assert_eq!(document.locate(text, 1, "spec.x").unwrap().at.line, 6);
}

#[test]
fn values_are_ready_to_send_or_say_where_they_are_wrong() {
    assert_eq!(values(SHOP).unwrap().len(), 2);
    assert_eq!(identities(SHOP)[1].name, "web");
    let problem = values("kind: Pod\nmetadata:\n\tname: x\n").unwrap_err();
    assert_eq!(problem.said, "line 3, column 1: tab");
    assert!(values("heat_template_version: 2018-08-31\n").is_err());
    assert!(values("").unwrap().is_empty());
}

#[test]
fn heat_templates_are_known() {
    let manifest = Manifest::parse("heat_template_version: 2018-08-31\nresources: {}\n");
    assert_eq!(manifest.documents[0].flavor, Flavor::Heat);
    assert!(manifest.documents[0].objects.is_empty() && !manifest.has_errors());
}

#[test]
fn anchors_merge_keys_and_octal_numbers() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nbase: &base {x: 1, z: 2}\nuses:\n  <<: *base\n  z: 3\nmode: 0644\ntext: !!str 0644\nblock: |\n  a: b\n  ---x\n";
    let manifest = Manifest::parse(text);
    let value = manifest.documents[0].value.as_ref().unwrap();
    assert_eq!(value["uses"], json!({"x": 1, "z": 3}));
    assert_eq!((&value["mode"], &value["text"]), (&json!(420), &json!("0644")));
    assert_eq!(value["block"], json!("a: b\n---x\n"));
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 10].join(",");
        text.push_str(&format!("a{n}: &a{n} [{aliases}]\n"));
    }
    assert_eq!(codes(&text)[0].0, ProblemCode::TooDeep);
}

#[test]
fn empty_documents_are_no_documents() {
    for text in ["", "\n\n", "# nothing\n", "---\n", "---\n# only\n---\n\n"] {
        assert!(Manifest::parse(text).documents.is_empty(), "{text:?}");
    }
    let manifest = Manifest::parse("%YAML 1.2\n---\nkind: A\n...\n---\n# nothing\n---\nkind: B\n");
    assert_eq!(manifest.documents.iter().map(|d| d.objects[0].kind.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn windows_line_ends_and_wide_characters() {
    let text = "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: a\r\ndata:\r\n  日本: 語\r\n  日本: x\r\n";
    let manifest = Manifest::parse(text);
    let issue = manifest.issues().next().unwrap();
    assert_eq!((issue.code, issue.at), (ProblemCode::DuplicateKey, Position { line: 7, column: 3 }));
}

fn classes(line: &str) -> Vec<(&str, TokenClass)> {
    let (tokens, _) = highlight_line(line, LineState::default());
    tokens.into_iter().filter(|t| t.class != TokenClass::Blank).map(|t| (&line[t.range], t.class)).collect()
}

#[test]
fn lines_have_colours() {
    use TokenClass::*;
    assert_eq!(
        classes("  - image: nginx:1.27 # web"),
        [("-", Punctuation), ("image", Key), (":", Punctuation), ("nginx:1.27", Text), ("# web", Comment)]
    );
    assert_eq!(classes("replicas: 3"), [("replicas", Key), (":", Punctuation), ("3", Number)]);
    assert_eq!(
        classes("a: {\"b\": true, c: [1, x]}"),
        [
            ("a", Key),
            (":", Punctuation),
            ("{", Punctuation),
            ("\"b\"", Key),
            (":", Punctuation),
            ("true", Word),
            (",", Punctuation),
            ("c", Key),
            (":", Punctuation),
            ("[", Punctuation),
            ("1", Number),
            (",", Punctuation),
            ("x", Text),
            ("]", Punctuation),
            ("}", Punctuation)
        ]
    );
    assert_eq!(classes("--- # next"), [("---", Marker), ("# next", Comment)]);
    assert_eq!(
        classes("x: &a !!str 'it''s'"),
        [("x", Key), (":", Punctuation), ("&a", Reference), ("!!str", Reference), ("'it''s'", Text)]
    );
    assert_eq!(classes("url: http://x/#a"), [("url", Key), (":", Punctuation), ("http://x/#a", Text)]);
}

#[test]
fn block_and_quoted_texts_reach_over_lines() {
    let text = "run: |\n  a: b # no comment\n\n  c\nnext: \"open\n  still\" \nend: 1\n";
    let of = |wanted: &str| {
        let at = text.find(wanted).unwrap();
        highlight(text).into_iter().find(|t| t.range.contains(&at)).unwrap().class
    };
    assert_eq!(of("a: b"), TokenClass::Block);
    assert_eq!(of("next"), TokenClass::Key);
    assert_eq!(of("still"), TokenClass::Text);
    assert_eq!(of("end"), TokenClass::Key);
}

/// Text that looks like YAML more often than chance would have it.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("---\n".to_owned()),
        Just("\n".to_owned()),
        Just("  ".to_owned()),
        Just("\t".to_owned()),
        Just("- ".to_owned()),
        Just(": ".to_owned()),
        Just("kind: Pod\n".to_owned()),
        Just("metadata:\n  name: a\n".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(", ".to_owned()),
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("| \n".to_owned()),
        Just("|".to_owned()),
        Just("&a ".to_owned()),
        Just("*a".to_owned()),
        Just("<<: *a\n".to_owned()),
        Just("# c\n".to_owned()),
        Just("日本".to_owned()),
        Just("\r\n".to_owned()),
        Just("? ".to_owned()),
        Just("!!str ".to_owned()),
        Just("items:\n- ".to_owned()),
        Just("%TAG".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("...\n".to_owned()),
        Just("\\".to_owned()),
        "[a-z0-9.]{1,6}",
        "\\PC{0,4}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_read(text in yamlish(), path in "[a-z.\\[\\]=\"0-9]{0,20}") {
        let manifest = Manifest::parse(&text);
        let mut end = 0;
        for document in &manifest.documents {
            prop_assert!(document.range.start >= end && text.is_char_boundary(document.range.start));
            prop_assert!(text.is_char_boundary(document.range.end));
            end = document.range.end;
            prop_assert!(document.first_line <= document.last_line);
            for object in 0..document.objects.len().max(1) {
                if let Some(place) = document.locate(&text, object, &path) {
                    prop_assert!(text.get(place.range).is_some());
                }
            }
        }
        let lines = text.split('\n').count() as u32;
        for issue in manifest.issues() {
            prop_assert!(issue.at.line >= 1 && issue.at.line <= lines && issue.at.column >= 1);
        }
    }

    #[test]
    fn colours_cover_the_text_exactly(text in yamlish()) {
        let mut at = 0;
        for token in highlight(&text) {
            prop_assert_eq!(token.range.start, at);
            prop_assert!(token.range.end > at && text.is_char_boundary(token.range.end));
            at = token.range.end;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn what_was_written_is_read_back(map in proptest::collection::btree_map("[a-z]{1,8}", "[a-zA-Z0-9 :#'\"\\-]{0,12}", 0..6)) {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": map});
        for text in [serde_saphyr::to_string(&object).unwrap(), serde_json::to_string_pretty(&object).unwrap()] {
            let manifest = Manifest::parse(&text);
            prop_assert_eq!(manifest.documents.first().and_then(|d| d.value.clone()), Some(object.clone()), "{}", text);
        }
    }
}
