//! Manifests against servers that fail.

use super::fake::Fake;
use super::live::run;
use bayview::api::kubernetes::Connection;
use bayview::api::kubernetes::apply::{Mode, Verdict};

#[tokio::test]
async fn when_the_server_is_gone_the_rest_is_skipped() {
    let mut fake = Fake::new();
    let address = fake.address();
    fake.stop();
    let connection = Connection::plain("fake", &address).await.expect("an address");
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
    let outcomes = run(&connection, Mode::Apply, text, false).await;
    assert_eq!(outcomes[0].verdict, Verdict::Refused);
    assert!(!outcomes[0].why.is_empty());
    assert_eq!((outcomes[1].verdict, &outcomes[1].why), (Verdict::Skipped, &outcomes[0].why));
}

#[tokio::test]
async fn what_has_no_kind_or_name_is_refused_without_asking() {
    let fake = Fake::new();
    let connection = Connection::plain("fake", &fake.address()).await.expect("an address");
    let outcomes = run(&connection, Mode::Apply, "apiVersion: v1\nmetadata: {name: a}\n", false).await;
    assert_eq!((outcomes[0].verdict, outcomes[0].field.as_deref()), (Verdict::Refused, Some("kind")));
    assert_eq!(fake.count(&["/api"]), 0);
}
