//! Serves the demo cloud alone: `bayview demo-cloud`. Prints how to sign in and runs until Ctrl+C.

use std::io::{self, Write};

use super::{DemoCloud, DemoLogin, DemoOptions};

/// Starts the cloud, writes a `clouds.yaml` and the accounts to `out`, and waits for Ctrl+C.
///
/// The text is a valid `clouds.yaml` as a whole: everything else in it is a comment.
///
/// # Errors
/// When the cloud does not start, or `out` cannot be written.
pub async fn serve(options: DemoOptions, mut out: impl Write) -> io::Result<()> {
    let demo = DemoCloud::start(options).await?;
    out.write_all(sheet(&demo).as_bytes())?;
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// The accounts as a `clouds.yaml`, with the same for a shell in comments.
pub fn sheet(demo: &DemoCloud) -> String {
    let auth_url = demo.auth_url();
    let mut text = format!(
        "# Bayview's demo cloud answers at {auth_url}\n# All of it is made up and all passwords are public. It stops with Ctrl+C.\n\
         # Save this as clouds.yaml, or point OS_CLIENT_CONFIG_FILE at it; then: openstack --os-cloud demo coe cluster list\n\
         clouds:\n"
    );
    let regions = demo.regions();
    let first = regions.first().cloned().unwrap_or_default();
    for login in demo.logins() {
        let name = if login.note == "member" { "demo".to_owned() } else { format!("demo-{}", login.user) };
        text.push_str(&profile(&name, auth_url, login, &first));
    }
    if let (Some(login), Some(second)) = (demo.logins().first(), regions.get(1)) {
        text.push_str(&profile("demo-2015", auth_url, login, second));
    }
    let (id, secret) = demo.application_credential();
    text.push_str(&format!(
        "  demo-app-credential:\n    # an application credential\n    region_name: {first}\n    auth_type: v3applicationcredential\n    \
         auth:\n      auth_url: {auth_url}\n      application_credential_id: {id}\n      application_credential_secret: {secret}\n"
    ));
    if let Some(login) = demo.logins().first() {
        text.push_str("# The same for a shell:\n");
        for (key, value) in [
            ("OS_AUTH_URL", auth_url),
            ("OS_USERNAME", &login.user),
            ("OS_PASSWORD", &login.password),
            ("OS_PROJECT_NAME", login.project.as_deref().unwrap_or_default()),
            ("OS_USER_DOMAIN_NAME", &login.domain),
            ("OS_PROJECT_DOMAIN_NAME", &login.domain),
            ("OS_REGION_NAME", &first),
            ("OS_IDENTITY_API_VERSION", "3"),
        ] {
            text.push_str(&format!("# export {key}={value}\n"));
        }
    }
    text
}

fn profile(name: &str, auth_url: &str, login: &DemoLogin, region: &str) -> String {
    let DemoLogin { user, password, domain, note, .. } = login;
    let mut text = format!("  {name}:\n    # {note}\n    region_name: {region}\n    identity_api_version: 3\n");
    if let Some(secret) = &login.totp_secret {
        text.push_str(&format!(
            "    # one-time passwords come from the Base32 secret {secret}\n    auth_type: v3multifactor\n    \
             auth_methods: [v3password, v3totp]\n"
        ));
    }
    text.push_str(&format!(
        "    auth:\n      auth_url: {auth_url}\n      username: {user}\n      password: {password}\n      \
         user_domain_name: {domain}\n"
    ));
    if let Some(project) = &login.project {
        text.push_str(&format!("      project_name: {project}\n      project_domain_name: {domain}\n"));
    }
    text
}
