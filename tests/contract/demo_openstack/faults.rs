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
