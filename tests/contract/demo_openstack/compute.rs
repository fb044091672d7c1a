//! Nova: what only administrators see of the hosts.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn hosts_are_for_administrators() {
    let demo = cloud().await;
    let member = Caller::sign_in(&demo, "mika", "lab").await;
    let nova = member.endpoint("compute", "RegionOne");
    let zones = member.send(Method::GET, &format!("{nova}/os-availability-zone"), &[], None).await;
    assert_eq!(zones.body["availabilityZoneInfo"][0]["hosts"], Value::Null);
    for (path, rule) in [
        ("os-availability-zone/detail", "os-availability-zone:detail"),
        ("os-hypervisors/detail", "os-hypervisors:list-detail"),
    ] {
        let refused = member.send(Method::GET, &format!("{nova}/{path}"), &[], None).await;
        assert_eq!(refused.status, 403);
        let message = format!("Policy doesn't allow os_compute_api:{rule} to be performed.");
        assert_eq!(refused.body["forbidden"]["message"], message);
    }
    let admin = Caller::sign_in(&demo, "admin", "admin").await;
    let zones = admin.send(Method::GET, &format!("{nova}/os-availability-zone/detail"), &[], None).await;
    assert_eq!(zones.body["availabilityZoneInfo"][0]["hosts"], json!({}));
}
