//! Secrets of saved profiles: in the system keyring, and nowhere else.
//!
//! Calls block (D-Bus, Keychain), so they run on the blocking pool. Where no keyring answers, the secret lives for this
//! run only and the interface says so.

use crate::model::cloud::{AuthMethod, Profile, Secrets};
use secrecy::{ExposeSecret as _, SecretString};

const SERVICE: &str = "bayview";

/// Keeps the secret of a profile. The error text is the keyring's own and holds no secret.
pub async fn keep(profile: &Profile, secrets: &Secrets) -> Result<(), String> {
    let Some(secret) = main_secret(profile.method, secrets) else { return Ok(()) };
    let key = key(profile);
    run(move || {
        let entry = keyring::Entry::new(SERVICE, &key).map_err(|e| e.to_string())?;
        entry.set_password(secret.expose_secret()).map_err(|e| e.to_string())
    })
    .await
}

/// The secret kept for a profile; `None` where there is none.
pub async fn find(profile: &Profile) -> Result<Option<Secrets>, String> {
    let key = key(profile);
    let method = profile.method;
    run(move || {
        let entry = keyring::Entry::new(SERVICE, &key).map_err(|e| e.to_string())?;
        match entry.get_password() {
            Ok(secret) => Ok(Some(with_main_secret(method, secret.into()))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    })
    .await
}

/// Removes the secret kept for a profile.
pub async fn forget(profile: &Profile) -> Result<(), String> {
    let key = key(profile);
    run(move || {
        let entry = keyring::Entry::new(SERVICE, &key).map_err(|e| e.to_string())?;
        match entry.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    })
    .await
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|e| e.to_string())?
}

fn key(profile: &Profile) -> String {
    let word = match profile.method {
        AuthMethod::Password => "password",
        AuthMethod::ApplicationCredential => "application-credential",
        AuthMethod::Token => "token",
    };
    format!("{}/{word}", profile.name)
}

fn main_secret(method: AuthMethod, secrets: &Secrets) -> Option<SecretString> {
    match method {
        AuthMethod::Password => secrets.password.clone(),
        AuthMethod::ApplicationCredential => secrets.application_credential_secret.clone(),
        AuthMethod::Token => secrets.token.clone(),
    }
}

fn with_main_secret(method: AuthMethod, secret: SecretString) -> Secrets {
    let mut secrets = Secrets::default();
    match method {
        AuthMethod::Password => secrets.password = Some(secret),
        AuthMethod::ApplicationCredential => secrets.application_credential_secret = Some(secret),
        AuthMethod::Token => secrets.token = Some(secret),
    }
    secrets
}
