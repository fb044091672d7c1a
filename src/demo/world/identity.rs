//! Who may sign in: users, projects, roles, tokens, receipts, application credentials.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;

use super::Ids;

/// The one domain of the demo.
pub(in crate::demo) const DOMAIN_ID: &str = "default";
/// Its name.
pub(in crate::demo) const DOMAIN_NAME: &str = "Default";
/// The TOTP secret of the demo's user with two factors, Base32. It is public on purpose.
pub(in crate::demo) const TOTP_SECRET_BASE32: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// How long a token lives.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(4);
/// How long a receipt of a first factor lives.
pub(in crate::demo) const RECEIPT_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// A project.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Project {
    pub id: String,
    pub name: String,
    pub description: String,
}

/// A user with roles per project.
#[derive(Debug, Clone)]
pub(in crate::demo) struct User {
    pub id: String,
    pub name: String,
    pub password: String,
    /// The second factor, when one is required.
    pub totp: Option<Vec<u8>>,
    /// Project id to role names.
    pub roles: Vec<(String, Vec<String>)>,
}

/// An application credential.
#[derive(Debug, Clone)]
pub(in crate::demo) struct AppCredential {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub secret: String,
    pub user_id: String,
    pub project_id: String,
    pub roles: Vec<String>,
    pub expires_at: Option<Timestamp>,
    /// `None`: whoever made it did not say, which means no.
    pub unrestricted: Option<bool>,
}

/// An issued token.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Token {
    pub user_id: String,
    /// `None`: unscoped.
    pub project_id: Option<String>,
    pub roles: Vec<String>,
    pub methods: Vec<String>,
    pub audit_ids: Vec<String>,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub app_credential: Option<String>,
}

impl Token {
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|have| have == role)
    }

    pub fn is_admin(&self) -> bool {
        self.has_role("admin")
    }

    /// The scoped project's id; empty when unscoped.
    pub fn project(&self) -> &str {
        self.project_id.as_deref().unwrap_or_default()
    }
}

/// What a first factor alone earns.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Receipt {
    pub user_id: String,
    pub methods: Vec<String>,
    pub expires_at: Timestamp,
}

/// Keystone's database.
#[derive(Debug)]
pub(in crate::demo) struct Identity {
    pub projects: Vec<Project>,
    pub users: Vec<User>,
    pub app_credentials: Vec<AppCredential>,
    /// Those that are good: revoked ones are gone, expired ones go when the next is issued.
    tokens: HashMap<String, Token>,
    receipts: HashMap<String, Receipt>,
    random: ChaCha20Rng,
}

impl Identity {
    /// An identity service with nobody in it.
    pub fn new(seed: u64) -> Identity {
        Identity {
            projects: Vec::new(),
            users: Vec::new(),
            app_credentials: Vec::new(),
            tokens: HashMap::new(),
            receipts: HashMap::new(),
            random: ChaCha20Rng::seed_from_u64(seed ^ 0x6b65_7973),
        }
    }

    pub fn project(&self, id: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// A role's id is made from its name.
    pub fn role_id(ids: &Ids, role: &str) -> String {
        ids.hex(&format!("role/{role}"))
    }

    /// Roles of a user on a project; empty when there are none.
    pub fn roles(&self, user_id: &str, project_id: &str) -> Vec<String> {
        self.user(user_id)
            .and_then(|user| user.roles.iter().find(|(project, _)| project == project_id))
            .map(|(_, roles)| roles.clone())
            .unwrap_or_default()
    }

    /// Text of `bytes` random bytes in URL-safe Base64.
    pub fn random_text(&mut self, bytes: usize) -> String {
        use base64::Engine;
        let mut buffer = vec![0; bytes];
        self.random.fill_bytes(&mut buffer);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(buffer)
    }

    /// Issues a token and keeps it. `expires_at` is given when an older token's end must be kept.
    pub fn issue(&mut self, mut token: Token, expires_at: Option<Timestamp>) -> (String, Token) {
        token.expires_at = expires_at.unwrap_or(token.issued_at + TOKEN_LIFE);
        token.audit_ids.insert(0, self.random_text(16));
        let text = format!("gAAAAAB{}", self.random_text(132));
        self.tokens.retain(|_, known| known.expires_at > token.issued_at);
        self.tokens.insert(text.clone(), token.clone());
        (text, token)
    }

    /// A token that is good at `now`.
    pub fn token(&self, text: &str, now: Timestamp) -> Option<&Token> {
        self.tokens.get(text).filter(|token| token.expires_at > now)
    }

    /// How many tokens are good at `now`.
    pub fn tokens_in_use(&self, now: Timestamp) -> usize {
        self.tokens.keys().filter(|text| self.token(text, now).is_some()).count()
    }

    /// True when the text looks like a token at all.
    pub fn well_formed(text: &str) -> bool {
        text.starts_with("gAAAA") && text.len() > 100
    }

    pub fn revoke(&mut self, text: &str) {
        self.tokens.remove(text);
    }

    /// Ends every token issued so far.
    pub fn expire_all(&mut self) {
        self.tokens.clear();
    }

    /// Keeps a receipt and returns its text.
    pub fn issue_receipt(&mut self, receipt: Receipt, now: Timestamp) -> String {
        self.receipts.retain(|_, known| known.expires_at > now);
        let text = format!("gAAAAAB{}", self.random_text(90));
        self.receipts.insert(text.clone(), receipt);
        text
    }

    /// A receipt that is good at `now`.
    pub fn receipt(&self, text: &str, now: Timestamp) -> Option<&Receipt> {
        self.receipts.get(text).filter(|receipt| receipt.expires_at > now)
    }
}

/// A one-time password for `secret` at `now` (RFC 6238: SHA-1, six digits, thirty seconds).
pub(in crate::demo) fn passcode(secret: &[u8], now: Timestamp) -> String {
    totp(secret).generate(seconds(now))
}

/// True when `code` is the password of now, or of one step before or after.
pub(in crate::demo) fn passcode_is_right(secret: &[u8], code: &str, now: Timestamp) -> bool {
    totp(secret).check(code, seconds(now))
}

fn totp(secret: &[u8]) -> totp_rs::TOTP {
    totp_rs::TOTP::new_unchecked(totp_rs::Algorithm::SHA1, 6, 1, 30, secret.to_vec())
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_second()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passcode_is_good_now_and_not_much_later() {
        let now: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        let code = passcode(b"12345678901234567890", now);
        assert_eq!(code.len(), 6);
        assert!(passcode_is_right(b"12345678901234567890", &code, now));
        assert!(!passcode_is_right(b"12345678901234567890", &code, now + SignedDuration::from_mins(5)));
    }

    #[test]
    fn what_is_no_longer_good_is_not_kept() {
        let now: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        let mut identity = Identity::new(1);
        let token = Token {
            user_id: "u".into(),
            project_id: None,
            roles: Vec::new(),
            methods: Vec::new(),
            audit_ids: Vec::new(),
            issued_at: now,
            expires_at: now,
            app_credential: None,
        };
        let (first, _) = identity.issue(token.clone(), None);
        let (second, _) = identity.issue(token.clone(), None);
        identity.revoke(&second);
        assert!(identity.token(&first, now).is_some() && identity.token(&second, now).is_none());
        let later = now + TOKEN_LIFE + SignedDuration::from_secs(1);
        identity.issue(Token { issued_at: later, ..token }, None);
        assert_eq!(identity.tokens.len(), 1);
        let receipt = Receipt { user_id: "u".into(), methods: Vec::new(), expires_at: now + RECEIPT_LIFE };
        identity.issue_receipt(receipt.clone(), now);
        identity.issue_receipt(receipt, later);
        assert_eq!(identity.receipts.len(), 1);
    }

    #[test]
    fn the_rfc_6238_example_holds() {
        let at_59: Timestamp = Timestamp::from_second(59).unwrap();
        assert_eq!(passcode(b"12345678901234567890", at_59), "287082");
    }
}
