//! The rules of clouds.yaml, one sentence each.

use super::*;
use crate::model::cloud::{AuthMethod, DialectChoice, Interface};
use secrecy::ExposeSecret;

fn resolve_files(files: &[(&str, &str)], env: &[(&str, &str)]) -> ProfileStore {
    let read = |path: &Path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        match found {
            Some((_, "EACCES")) => Err(io::Error::from(io::ErrorKind::PermissionDenied)),
            Some((_, text)) => Ok((*text).to_owned()),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    };
    resolve(&Inputs {
        env: env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        cwd: "/etc/lab".into(),
        home: Some("/home/ana".into()),
        platform: Platform::Unix,
        read: &read,
    })
}

const HOME: &str = "/home/ana/.config/openstack/clouds.yaml";

fn one(yaml: &str) -> (Profile, Secrets) {
    let store = resolve_files(&[(HOME, yaml)], &[]);
    assert_eq!(store.problems(), [], "{yaml}");
    let profile = store.profiles()[0].clone();
    let secrets = store.secrets(&profile);
    (profile, secrets)
}

fn password(secrets: &Secrets) -> Option<&str> {
    secrets.password.as_ref().map(ExposeSecret::expose_secret)
}

#[test]
fn a_plain_cloud_becomes_a_profile_that_knows_its_line() {
    let yaml = "# mine\nclouds:\n  first:\n    auth: {auth_url: http://a, username: u}\n  lab:\n    auth:\n      auth_url: https://k:5000/v3\n      username: ana\n      password: s3cret\n      project_name: demo\n      user_domain_name: Users\n      project_domain_id: d1\n    region_name: One\n    interface: internal\n";
    let store = resolve_files(&[(HOME, yaml)], &[]);
    let lab = store.find("lab").unwrap();
    let source = ProfileSource::CloudsYaml { path: "~/.config/openstack/clouds.yaml".into(), line: 5 };
    assert_eq!(lab.source, Some(source));
    assert_eq!((lab.username.as_str(), lab.project_name.as_str(), lab.region.as_str()), ("ana", "demo", "One"));
    assert_eq!((lab.user_domain_name.as_str(), lab.project_domain_id.as_str()), ("Users", "d1"));
    assert_eq!(lab.interface, Interface::Internal);
    assert!(lab.has_secret && lab.fault.is_none());
    assert_eq!(password(&store.secrets(lab)), Some("s3cret"));
    let names: Vec<_> = store.profiles().iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["first", "lab"]);
}

#[test]
fn the_first_file_that_can_be_understood_wins_and_the_others_are_told() {
    let files = [
        ("/etc/lab/clouds.yaml", "clouds: [\n"),
        ("/etc/lab/clouds.yml", "EACCES"),
        (HOME, "clouds: {a: {auth: {auth_url: http://a, username: u}}}"),
        ("/etc/openstack/clouds.yaml", "clouds: {b: {}}"),
    ];
    let store = resolve_files(&files, &[]);
    assert_eq!(store.profiles().iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["a"]);
    let said: Vec<_> = store.problems().iter().map(|p| p.said.clone()).collect();
    assert!(said[0].starts_with("/etc/lab/clouds.yaml:1:9: unclosed bracket"), "{said:?}");
    assert!(said[1].starts_with("/etc/lab/clouds.yml: "), "{said:?}");
    assert_eq!(said.len(), 2);
}

#[test]
fn a_broken_file_is_never_quoted() {
    let store = resolve_files(&[(HOME, "clouds:\n  a:\n    auth: {password: s3cret\n  b: [")], &[]);
    assert!(!store.problems().is_empty());
    assert!(store.problems().iter().all(|p| !p.said.contains("s3cret")), "{:?}", store.problems());
}

#[test]
fn a_file_named_by_a_variable_comes_first_and_is_missed() {
    let yaml = "clouds: {x: {auth: {auth_url: http://a, username: u}}}";
    let store =
        resolve_files(&[("/srv/c.yaml", yaml), (HOME, "clouds: {}")], &[("OS_CLIENT_CONFIG_FILE", "/srv/c.yaml")]);
    assert!(store.find("x").is_some());
    let store = resolve_files(&[(HOME, yaml)], &[("OS_CLIENT_CONFIG_FILE", "/srv/none.yaml")]);
    assert!(store.find("x").is_some());
    assert_eq!(store.problems()[0].said, "/srv/none.yaml: there is no such file");
}

#[test]
fn secure_yaml_lies_over_clouds_yaml() {
    let files = [
        (HOME, "clouds:\n  a:\n    auth: {auth_url: http://a, username: u, password: old}\n"),
        ("/home/ana/.config/openstack/secure.yaml", "clouds: {a: {auth: {password: new}}}"),
    ];
    let store = resolve_files(&files, &[]);
    let a = store.find("a").unwrap();
    assert_eq!(password(&store.secrets(a)), Some("new"));
    assert_eq!(a.username, "u");
}

#[test]
fn a_public_profile_lies_under_the_cloud() {
    let files = [
        (HOME, "clouds: {a: {profile: big, auth: {username: u}, region_name: Two}}"),
        (
            "/etc/openstack/clouds-public.yaml",
            "public-clouds: {big: {auth: {auth_url: 'https://{region_name}.big', username: x}}}",
        ),
    ];
    let store = resolve_files(&files, &[]);
    let a = store.find("a").unwrap();
    assert_eq!((a.auth_url.as_str(), a.username.as_str()), ("https://Two.big", "u"));
}

#[test]
fn old_names_are_understood() {
    let yaml = "clouds: {a: {auth-url: http://a, auth: {username: u, tenant_name: t, domain-name: D}, endpoint_type: internalURL, insecure: true, cacert: ~/ca.pem}}";
    let (a, _) = one(yaml);
    assert_eq!((a.auth_url.as_str(), a.project_name.as_str()), ("http://a", "t"));
    assert_eq!((a.user_domain_name.as_str(), a.project_domain_name.as_str()), ("D", "D"));
    assert_eq!(a.interface, Interface::Internal);
    assert!(!a.trust.verify);
    assert_eq!(a.trust.ca_file.as_deref(), Some("/home/ana/ca.pem"));
}

#[test]
fn what_stands_beside_auth_wins_over_what_stands_in_it() {
    let (a, secrets) = one("clouds: {a: {password: outer, auth: {auth_url: http://a, username: u, password: inner}}}");
    assert_eq!(password(&secrets), Some("outer"));
    assert_eq!(a.method, AuthMethod::Password);
}

#[test]
fn secrets_that_look_like_numbers_stay_as_they_were_written() {
    for written in ["0123", "1234", "yes", "1_000"] {
        let (_, secrets) =
            one(&format!("clouds: {{a: {{auth: {{auth_url: http://a, username: u, password: {written}}}}}}}"));
        assert_eq!(password(&secrets), Some(written));
    }
}

#[test]
fn the_method_is_told_by_auth_type_or_by_what_is_there() {
    let method = |rest: &str| one(&format!("clouds: {{a: {{auth_url: http://a, {rest}}}}}")).0;
    assert_eq!(
        method("auth_type: v3applicationcredential, application_credential_id: i").method,
        AuthMethod::ApplicationCredential
    );
    assert_eq!(
        method("application_credential_id: i, application_credential_secret: s").method,
        AuthMethod::ApplicationCredential
    );
    assert_eq!(method("token: t").method, AuthMethod::Token);
    assert_eq!(
        method("auth_type: v3multifactor, username: u, password: p, passcode: 123456").method,
        AuthMethod::Password
    );
    let oidc = method("auth_type: v3oidcpassword, username: u");
    assert_eq!(
        oidc.fault.as_deref(),
        Some("~/.config/openstack/clouds.yaml:1: auth_type \"v3oidcpassword\" is not supported")
    );
}

#[test]
fn a_cloud_that_cannot_be_used_is_listed_with_its_fault() {
    let store = resolve_files(
        &[(HOME, "clouds:\n  a: {}\n  b: 3\n  c: {auth: {auth_url: http://c}}\n  d: {profile: none}\n")],
        &[],
    );
    let faults: Vec<_> = store.profiles().iter().map(|p| p.fault.clone().unwrap()).collect();
    let file = "~/.config/openstack/clouds.yaml";
    assert_eq!(
        faults,
        [
            format!("{file}:2: auth_url is missing"),
            format!("{file}:3: auth_url is missing"),
            format!("{file}:4: username is missing"),
            format!("{file}:5: auth_url is missing, and no clouds-public.yaml has a profile \"none\""),
        ]
    );
}

#[test]
fn a_region_with_its_own_settings_is_a_profile_of_its_own() {
    let yaml = "clouds: {a: {auth: {auth_url: http://one, username: u}, regions: [One, {name: Two, values: {auth: {auth_url: http://two}}}, Three]}}";
    let store = resolve_files(&[(HOME, yaml)], &[]);
    let all: Vec<_> =
        store.profiles().iter().map(|p| (p.name.as_str(), p.region.as_str(), p.auth_url.as_str())).collect();
    assert_eq!(all, [("a", "One", "http://one"), ("a (Two)", "Two", "http://two")]);
}

#[test]
fn the_environment_is_a_cloud_and_is_preferred() {
    let env = [
        ("OS_AUTH_URL", "http://k"),
        ("OS_USERNAME", "ana"),
        ("OS_PASSWORD", "pw"),
        ("OS_TENANT_NAME", "t"),
        ("OS_IDENTITY_API_VERSION", "3"),
    ];
    let store = resolve_files(&[(HOME, "clouds: {a: {auth: {auth_url: http://a, username: u}}}")], &env);
    let preferred = store.preferred().unwrap();
    assert_eq!((preferred.name.as_str(), preferred.project_name.as_str()), ("envvars", "t"));
    assert_eq!(preferred.source, Some(ProfileSource::Environment));
    assert_eq!(password(&store.secrets(preferred)), Some("pw"));
    let store =
        resolve_files(&[(HOME, "clouds: {a: {auth: {auth_url: http://a, username: u}}}")], &[("OS_CLOUD", "a")]);
    assert_eq!(store.preferred().map(|p| p.name.as_str()), Some("a"));
    let store = resolve_files(&[], &[("OS_CLOUD", "gone")]);
    assert!(store.problems()[0].said.contains("gone"));
}

#[test]
fn endpoints_can_be_overridden() {
    let (a, _) = one(
        "clouds: {a: {auth: {auth_url: http://a, username: u}, container_infra_endpoint_override: http://m/v1, orchestration_endpoint_override: http://h}}",
    );
    assert_eq!(a.container_infra_endpoint, "http://m/v1");
    assert_eq!(a.endpoint_overrides.get("orchestration").map(String::as_str), Some("http://h"));
}

#[test]
fn anchors_and_json_are_understood() {
    let yaml = "x: &base {auth_url: http://a, username: u}\nclouds:\n  a: {auth: *base}\n  b:\n    auth:\n      <<: *base\n      username: v\n";
    let store = resolve_files(&[(HOME, yaml)], &[]);
    assert_eq!(store.find("a").unwrap().username, "u");
    assert_eq!(
        (store.find("b").unwrap().username.as_str(), store.find("b").unwrap().auth_url.as_str()),
        ("v", "http://a")
    );
    let json = r#"{"clouds": {"j": {"auth": {"auth_url": "http://a", "username": "u"}}}}"#;
    let store = resolve_files(&[("/etc/lab/clouds.json", json)], &[]);
    assert!(store.find("j").unwrap().fault.is_none());
}

fn value() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z_]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,8}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn no_file_can_make_the_search_panic(text in "\\PC{0,200}") {
        let _ = resolve_files(&[(HOME, &text)], &[]);
    }

    #[test]
    fn merging_keeps_every_key_and_the_upper_scalar(base in value(), over in value()) {
        if let (Value::Object(base), Value::Object(over)) = (base, over) {
            let mut merged = base.clone();
            merge(&mut merged, over.clone());
            for key in base.keys().chain(over.keys()) {
                proptest::prop_assert!(merged.contains_key(key));
            }
            for (key, value) in &over {
                if !value.is_object() {
                    proptest::prop_assert_eq!(&merged[key], value);
                }
            }
            let mut again = merged.clone();
            merge(&mut again, over);
            proptest::prop_assert_eq!(again, merged);
        }
    }
}

#[test]
fn a_service_can_have_its_own_region_interface_type_and_the_cloud_its_patience() {
    let (profile, _) = one(
        "clouds:\n  lab:\n    auth: {auth_url: http://k, username: u}\n    api_timeout: 7.5\n    container_infrastructure_management_region_name: Two\n    container_infra_interface: internalURL\n    orchestration-service-type: heat-of-ours\n",
    );
    assert_eq!(profile.api_timeout_secs, Some(8));
    let magnum = &profile.services["container-infra"];
    assert_eq!((magnum.region.as_str(), magnum.interface), ("Two", Some(Interface::Internal)));
    assert_eq!(profile.services["orchestration"].service_type, "heat-of-ours");
}

#[test]
fn bays_are_asked_for_by_a_setting_of_ours() {
    let with = |more: &str| one(&format!("clouds:\n  lab:\n    auth: {{auth_url: http://k, username: u}}\n{more}")).0;
    assert_eq!(with("    container_infra_dialect: bays\n").dialect, DialectChoice::Bays);
    assert_eq!(with("").dialect, DialectChoice::Newest);
}

#[test]
fn factors_are_told_apart() {
    let with = |more: &str| one(&format!("clouds:\n  lab:\n    auth: {{auth_url: http://k, username: u}}\n{more}")).0;
    let both = with("    auth_type: v3multifactor\n    auth_methods: [v3password, v3totp]\n");
    assert_eq!((both.method, both.only_passcode, both.fault), (AuthMethod::Password, false, None));
    let code = with("    auth_type: v3totp\n");
    assert!(code.only_passcode && code.has_secret && code.fault.is_none());
    let other = with("    auth_type: v3multifactor\n    auth_methods: v3password,v3oidcpassword\n");
    assert!(other.fault.is_some_and(|f| f.contains("v3oidcpassword")));
    assert!(with("    auth_type: v3multifactor\n").fault.is_some());
}

#[test]
fn the_systems_folders_are_where_xdg_says() {
    let yaml = "clouds: {x: {auth: {auth_url: http://a, username: u}}}";
    let files = [("/opt/b/openstack/clouds.yaml", yaml)];
    let store = resolve_files(&files, &[("XDG_CONFIG_DIRS", "/opt/a:/opt/b")]);
    assert_eq!(store.profiles().len(), 1);
}
