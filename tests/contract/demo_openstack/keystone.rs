//! Keystone: versions, tokens, scopes, second factor, application credentials, the catalogue.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_discovered() {
    let demo = cloud().await;
    let root = demo.auth_url().trim_end_matches("/v3").to_owned();
    let got = Caller::new().send(Method::GET, &format!("{root}/"), &[], None).await;
    assert_eq!(got.status, 300);
    assert_eq!(got.body["versions"]["values"][0]["id"], "v3.14");
    assert!(got.header("location").ends_with("/v3/"));
    let got = Caller::new().send(Method::GET, demo.auth_url(), &[], None).await;
    assert_eq!(got.status, 200);
    assert_eq!(got.body["version"]["links"][0]["href"], format!("{root}/v3/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unscoped_token_leads_to_projects_and_is_exchanged_with_its_old_end() {
    let demo = cloud().await;
    let tokens = format!("{}/auth/tokens", demo.auth_url());
    let mut caller = Caller::new();
    let body = json!({"auth": {"identity": password("mika", "mika-demo")}});
    let got = caller.send(Method::POST, &tokens, &[], Some(&body)).await;
    assert_eq!(got.status, 201);
    assert_eq!(keys(&got.body["token"]), ["audit_ids", "expires_at", "issued_at", "methods", "user"]);
    let end = got.body["token"]["expires_at"].clone();
    caller.token = got.header("x-subject-token").to_owned();
    let projects = caller.send(Method::GET, &format!("{}/auth/projects", demo.auth_url()), &[], None).await;
    let names: Vec<_> = projects.body["projects"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["lab", "sandbox"]);
    let body = json!({"auth": {
        "identity": {"methods": ["token"], "token": {"id": caller.token}},
        "scope": {"project": {"id": projects.body["projects"][0]["id"]}},
    }});
    let got = caller.send(Method::POST, &tokens, &[], Some(&body)).await;
    assert_eq!(got.status, 201);
    assert_eq!(got.body["token"]["expires_at"], end);
    assert_eq!(got.body["token"]["methods"], json!(["token", "password"]));
    assert_eq!(got.body["token"]["audit_ids"].as_array().unwrap().len(), 2);
    assert_eq!(got.body["token"]["project"]["name"], "lab");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_the_recorded_shapes() {
    let demo = cloud().await;
    let tokens = format!("{}/auth/tokens", demo.auth_url());
    let caller = Caller::new();
    let scope = json!({"project": {"name": "lab", "domain": {"id": "default"}}});
    let auth = |identity: Value, scope: &Value| json!({"auth": {"identity": identity, "scope": scope}});
    for body in [
        auth(password("mika", "wrong"), &scope),
        auth(password("nobody", "x"), &scope),
        auth(password("nori", "nori-demo"), &scope),
        auth(password("mika", "mika-demo"), &json!({"project": {"name": "nothere", "domain": {"id": "default"}}})),
        auth(password("mika", "mika-demo"), &json!({"system": {"all": true}})),
    ] {
        let got = caller.send(Method::POST, &tokens, &[], Some(&body)).await;
        assert_eq!(got.status, 401, "{body}");
        assert_eq!(got.body["error"]["message"], "The request you have made requires authentication.");
        assert_eq!(got.header("www-authenticate"), format!("Keystone uri=\"{}\"", demo.auth_url()));
    }
    let nameless = json!({"auth": {"identity": {"methods": ["password"],
        "password": {"user": {"name": "mika", "password": "mika-demo"}}}}});
    let got = caller.send(Method::POST, &tokens, &[], Some(&nameless)).await;
    assert_eq!(got.status, 400);
    assert!(got.body["error"]["message"].as_str().unwrap().starts_with("Expecting to find domain in user."));
    let odd = json!({"auth": {"identity": {"methods": ["nonsense"], "nonsense": {}}}});
    let got = caller.send(Method::POST, &tokens, &[], Some(&odd)).await;
    assert_eq!(
        (got.status, got.body["error"]["message"].as_str()),
        (401, Some("Attempted to authenticate with an unsupported method."))
    );
    assert!(got.body["error"]["identity"]["methods"].is_array());
    let got = caller.send(Method::GET, &format!("{}/nothing", demo.auth_url()), &[], None).await;
    assert_eq!(
        (got.status, got.header("content-type")),
        (404, "text/html; charset=utf-8"),
        "nobody needs a token for that"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn application_credentials_sign_in_and_come_and_go() {
    let demo = cloud().await;
    let tokens = format!("{}/auth/tokens", demo.auth_url());
    let (id, secret) = demo.application_credential();
    let caller = Caller::new();
    let identity =
        |credential: Value| json!({"methods": ["application_credential"], "application_credential": credential});
    let by_id = json!({"auth": {"identity": identity(json!({"id": id, "secret": secret}))}});
    let got = caller.send(Method::POST, &tokens, &[], Some(&by_id)).await;
    assert_eq!(got.status, 201);
    assert_eq!(got.body["token"]["application_credential"]["restricted"], true);
    assert_eq!(got.body["token"]["project"]["name"], "lab");
    let user = json!({"name": "mika", "domain": {"id": "default"}});
    let by_name = json!({"auth": {"identity": identity(json!({"name": "bayview", "secret": secret, "user": user}))}});
    assert_eq!(caller.send(Method::POST, &tokens, &[], Some(&by_name)).await.status, 201);
    let mut scoped = by_id.clone();
    scoped["auth"]["scope"] = json!({"project": {"id": got.body["token"]["project"]["id"]}});
    let refused = caller.send(Method::POST, &tokens, &[], Some(&scoped)).await;
    assert_eq!(refused.status, 401);
    assert!(
        refused.body["error"]["message"].as_str().unwrap().ends_with("Application credentials cannot request a scope.")
    );
    let unknown =
        json!({"auth": {"identity": identity(json!({"id": "00000000000000000000000000000000", "secret": "x"}))}});
    assert_eq!(caller.send(Method::POST, &tokens, &[], Some(&unknown)).await.status, 404);

    let mika = Caller::sign_in(&demo, "mika", "lab").await;
    let mine =
        format!("{}/users/{}/application_credentials", demo.auth_url(), mika.body["user"]["id"].as_str().unwrap());
    let wish = json!({"application_credential": {"name": "new", "roles": [{"name": "reader"}]}});
    let made = mika.send(Method::POST, &mine, &[], Some(&wish)).await;
    assert_eq!(made.status, 201);
    let made = &made.body["application_credential"];
    assert!(made["secret"].as_str().unwrap().len() > 40);
    assert_eq!(made["roles"][0]["name"], "reader");
    assert_eq!(mika.send(Method::POST, &mine, &[], Some(&wish)).await.status, 409);
    let listed = mika.send(Method::GET, &mine, &[], None).await;
    assert_eq!(listed.body["application_credentials"].as_array().unwrap().len(), 2);
    assert!(!listed.text.contains("\"secret\""));
    let one = format!("{mine}/{}", made["id"].as_str().unwrap());
    let by_it = json!({"auth": {"identity": identity(json!({"id": made["id"], "secret": made["secret"]}))}});
    let with_it = caller.send(Method::POST, &tokens, &[], Some(&by_it)).await;
    let with_it = Caller { token: with_it.header("x-subject-token").to_owned(), ..mika.clone() };
    assert_eq!(with_it.magnum(Method::GET, "/clusters", None).await.status, 200);
    assert_eq!(mika.send(Method::DELETE, &one, &[], None).await.status, 204);
    assert_eq!(caller.send(Method::POST, &tokens, &[], Some(&by_it)).await.status, 404);
    let projects = format!("{}/auth/projects", demo.auth_url());
    assert_eq!(with_it.send(Method::GET, &projects, &[], None).await.status, 404, "Keystone says what is gone");
    assert_eq!(with_it.magnum(Method::GET, "/clusters", None).await.status, 401, "the others do not know");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_factors_take_a_receipt_in_between() {
    let demo = cloud().await;
    let tokens = format!("{}/auth/tokens", demo.auth_url());
    let login = demo.logins().iter().find(|login| login.note == "totp").expect("an account").clone();
    let caller = Caller::new();
    let scope = json!({"project": {"name": "lab", "domain": {"id": "default"}}});
    let first = json!({"auth": {"identity": password(&login.user, &login.password), "scope": scope}});
    let got = caller.send(Method::POST, &tokens, &[], Some(&first)).await;
    assert_eq!(got.status, 401);
    assert!(got.body.get("error").is_none());
    assert_eq!(got.body["receipt"]["methods"], json!(["password"]));
    assert_eq!(got.body["required_auth_methods"], json!([["totp", "password"]]));
    let receipt = got.header("openstack-auth-receipt").to_owned();
    let second = |code: &str| {
        let user = json!({"name": login.user, "domain": {"name": "Default"}, "passcode": code});
        json!({"auth": {"identity": {"methods": ["totp"], "totp": {"user": user}}, "scope": scope}})
    };
    let headers = [("Openstack-Auth-Receipt", receipt.as_str())];
    let wrong = caller.send(Method::POST, &tokens, &headers, Some(&second("000000x"))).await;
    assert_eq!(wrong.status, 401);
    let code = login.passcode().expect("a code");
    let got = caller.send(Method::POST, &tokens, &headers, Some(&second(&code))).await;
    assert_eq!(got.status, 201, "{}", got.text);
    assert_eq!(got.body["token"]["methods"], json!(["password", "totp"]));
    assert_eq!(got.body["token"]["project"]["name"], "lab");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_dead_everywhere() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let tokens = format!("{}/auth/tokens", demo.auth_url());
    let subject = [("X-Subject-Token", caller.token.as_str())];
    let shown = caller.send(Method::GET, &tokens, &subject, None).await;
    assert_eq!((shown.status, shown.header("x-subject-token")), (200, caller.token.as_str()));
    assert_eq!(caller.send(Method::HEAD, &tokens, &subject, None).await.status, 200);
    let odd = caller.send(Method::GET, &tokens, &[("X-Subject-Token", "nonsense")], None).await;
    assert_eq!((odd.status, odd.body["error"]["message"].as_str()), (404, Some("Could not recognize Fernet token")));
    assert_eq!(caller.send(Method::DELETE, &tokens, &subject, None).await.status, 204);
    let got = caller.magnum(Method::GET, "/clusters", None).await;
    assert_eq!(got.status, 401);
    assert_eq!(got.body["error"]["code"], 401);
    assert!(got.header("www-authenticate").starts_with("Keystone uri="));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_has_two_regions_with_a_magnum_each() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let new = caller.endpoint("container-infra", "RegionOne");
    let old = caller.endpoint("container", "RegionTwo");
    assert_ne!(new, old);
    let heat = caller.endpoint("orchestration", "RegionOne");
    assert!(heat.ends_with(caller.body["project"]["id"].as_str().unwrap()));
    for kind in ["compute", "image", "network"] {
        assert_ne!(caller.endpoint(kind, "RegionOne"), caller.endpoint(kind, "RegionTwo"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_registered_is_shown_to_those_who_may_see_it() {
    let demo = cloud().await;
    let member = Caller::sign_in(&demo, "mika", "lab").await;
    let admin = Caller::sign_in(&demo, "admin", "admin").await;
    let at = |path: &str| format!("{}/{path}", demo.auth_url());
    let regions = member.send(Method::GET, &at("regions"), &[], None).await;
    assert_eq!(regions.body["regions"][1]["id"], "RegionTwo");
    assert_eq!(regions.body["regions"][1]["parent_region_id"], Value::Null);
    for (collection, one) in [("services", "service"), ("endpoints", "endpoint"), ("roles", "role")] {
        let refused = member.send(Method::GET, &at(collection), &[], None).await;
        assert_eq!(
            (refused.status, refused.body["error"]["message"].as_str().unwrap()),
            (
                403,
                format!("You are not authorized to perform the requested action: identity:list_{collection}.").as_str()
            )
        );
        let all = admin.send(Method::GET, &at(collection), &[], None).await;
        assert_eq!(all.status, 200);
        let id = all.body[collection][0]["id"].as_str().unwrap();
        let single = admin.send(Method::GET, &at(&format!("{collection}/{id}")), &[], None).await;
        assert_eq!(single.body[one], all.body[collection][0]);
        let missing = admin.send(Method::GET, &at(&format!("{collection}/nope")), &[], None).await;
        assert_eq!(
            (missing.status, missing.body["error"]["message"].as_str().unwrap()),
            (404, format!("Could not find {one}: nope.").as_str())
        );
    }
    let magnum = admin.send(Method::GET, &at("services?type=container-infra"), &[], None).await;
    let id = magnum.body["services"][0]["id"].as_str().unwrap();
    let public = admin.send(Method::GET, &at(&format!("endpoints?service_id={id}&interface=public")), &[], None).await;
    assert_eq!(public.body["endpoints"].as_array().unwrap().len(), 1);
    let roles = admin.send(Method::GET, &at("role_assignments?include_names=True"), &[], None).await;
    let mika = |row: &&Value| row["user"]["name"] == "mika" && row["scope"]["project"]["name"] == "lab";
    assert!(roles.body["role_assignments"].as_array().unwrap().iter().any(|row| mika(&row)));
    let refused = member.send(Method::GET, &at("domains"), &[], None).await;
    assert_eq!(refused.status, 403);
}
