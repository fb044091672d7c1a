//! The switches that make services misbehave.

use bayview::demo::{Fault, Service};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn switches_do_what_they_say() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let url = format!("{}/clusters", caller.endpoint("container-infra", "RegionOne"));
    let busy = Fault::Status { status: 503, body: None, retry_after_secs: Some(2) };
    demo.faults().next(Service::ContainerInfra, 1, &busy);
    let got = caller.send(Method::GET, &url, &[], None).await;
    assert_eq!((got.status, got.header("retry-after")), (503, "2"));
    demo.faults().next(Service::ContainerInfra, 1, &Fault::Garbage);
    let got = caller.send(Method::GET, &url, &[], None).await;
    assert!(got.status == 200 && got.body.is_null());
    demo.faults().next(Service::ContainerInfra, 1, &Fault::Cut);
    assert!(caller.try_send(Method::GET, &url, &[], None).await.is_err());
    assert_eq!(caller.send(Method::GET, &url, &[], None).await.status, 200);
    demo.faults().expire_tokens();
    assert_eq!(caller.send(Method::GET, &url, &[], None).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_cloud_frees_its_port() {
    let demo = cloud().await;
    let url = demo.auth_url().to_owned();
    drop(demo);
    let deadline = Instant::now() + Duration::from_secs(5);
    while Caller::new().try_send(Method::GET, &url, &[], None).await.is_ok() {
        assert!(Instant::now() < deadline, "the server still answers");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_can_fail_while_a_bay_is_being_deleted() {
    let options = DemoOptions { size: DemoSize::Small, speed: 5.0, ..DemoOptions::default() };
    let demo = DemoCloud::start(options).await.expect("the demo cloud starts");
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    assert_eq!(caller.magnum(Method::DELETE, "/clusters/swarm-ci", None).await.status, 204);
    caller.until("/clusters/swarm-ci", "the deletion", |got| got.body["status"] == "DELETE_IN_PROGRESS").await;
    assert_eq!(caller.magnum(Method::GET, "/clusters", None).await.status, 200);
    demo.faults().set_list_fails_while_deleting(true);
    let got = caller.magnum(Method::GET, "/clusters", None).await;
    let words = "Invalid input for field/attribute master_count. Value: '0'. Value should be greater or equal to 1";
    assert_eq!((got.status, got.detail()), (400, words));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_keystone_can_run_ahead() {
    let demo = cloud().await;
    demo.faults().set_clock_skew_secs(3600);
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let issued: jiff::Timestamp = caller.body["issued_at"].as_str().unwrap().parse().unwrap();
    assert!(issued > jiff::Timestamp::now() + jiff::SignedDuration::from_mins(50));
}
