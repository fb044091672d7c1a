//! People of Keystone that a journey makes for itself, so that it can take things from them without harm to the others.

use crate::bed::{self, Answer};
use bayview::model::cloud::{AuthMethod, Profile, Secrets};
use serde_json::{Value, json};

/// Where Keystone is.
pub const KEYSTONE: &str = "http://127.0.0.1:5000/v3";

/// Asks Keystone with a token.
pub fn keystone(token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let answer = bed::ask(method, &format!("{KEYSTONE}/{path}"), &[("x-auth-token", token)], body);
    assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.body);
    answer
}

/// A token got without Bayview.
pub fn token(user: &str, password: &str, project: &str) -> String {
    let default = json!({"id": "default"});
    let auth = json!({"auth": {
        "identity": {"methods": ["password"], "password": {"user": {"name": user, "domain": default, "password": password}}},
        "scope": {"project": {"name": project, "domain": default}},
    }});
    let answer = bed::ask("POST", &format!("{KEYSTONE}/auth/tokens"), &[], Some(auth));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.header("x-subject-token").expect("a token").to_owned()
}

/// Whether Keystone still takes a token.
pub fn is_good(token: &str) -> bool {
    let headers = [("x-auth-token", token), ("x-subject-token", token)];
    bed::ask("GET", &format!("{KEYSTONE}/auth/tokens"), &headers, None).status == 200
}

/// Ends a token, as its owner would.
pub fn revoke(token: &str) {
    let headers = [("x-auth-token", token), ("x-subject-token", token)];
    assert_eq!(bed::ask("DELETE", &format!("{KEYSTONE}/auth/tokens"), &headers, None).status, 204);
}

/// A user of their own, with the role of a member in some projects; gone at the end.
pub struct Person {
    pub name: String,
    pub id: String,
    admin: String,
}

impl Person {
    pub fn member_of(what: &str, projects: &[&str]) -> Person {
        let admin = token("admin", "admin-secret", "admin");
        let name = bed::unique(what);
        let user = json!({"user": {"name": name, "domain_id": "default", "password": "at-first"}});
        let made = keystone(&admin, "POST", "users", Some(user)).body;
        let id = made["user"]["id"].as_str().expect("an id").to_owned();
        let role = &keystone(&admin, "GET", "roles?name=member", None).body["roles"][0]["id"];
        for project in projects {
            let found = keystone(&admin, "GET", &format!("projects?name={project}"), None).body;
            let (project, role) = (&found["projects"][0]["id"], role.as_str().expect("a role"));
            let path = format!("projects/{}/users/{id}/roles/{role}", project.as_str().expect("a project"));
            keystone(&admin, "PUT", &path, None);
        }
        Person { name, id, admin }
    }

    /// A new password, which may be the old one: Keystone ends all tokens of the user with it.
    pub fn change_password(&self, password: &str) {
        let change = json!({"user": {"password": password}});
        keystone(&self.admin, "PATCH", &format!("users/{}", self.id), Some(change));
    }

    /// Makes an application credential for themselves; tells its id.
    pub fn application_credential(&self, project: &str, role: &str) -> String {
        let own = token(&self.name, "at-first", project);
        // On SQLite Keystone leaves the roles of a deleted credential behind and gives its number to the next one, which then
        // may not have the same role (409): each journey takes a role of its own.
        let roles = json!([{"name": role}]);
        let body = json!({"application_credential": {"name": self.name, "secret": "sesame", "roles": roles}});
        let made = keystone(&own, "POST", &format!("users/{}/application_credentials", self.id), Some(body)).body;
        made["application_credential"]["id"].as_str().expect("an id").to_owned()
    }

    pub fn delete_application_credential(&self, id: &str) {
        let own = token(&self.name, "at-first", "demo");
        keystone(&own, "DELETE", &format!("users/{}/application_credentials/{id}", self.id), None);
    }

    /// Signs in with their first password; no project where none is named.
    pub fn profile(&self, project: &str) -> (Profile, Secrets) {
        let project_domain_id = if project.is_empty() { "" } else { "default" };
        let profile = Profile {
            auth_url: KEYSTONE.into(),
            username: self.name.clone(),
            user_domain_id: "default".into(),
            project_name: project.into(),
            project_domain_id: project_domain_id.into(),
            region: "RegionOne".into(),
            ..Profile::default()
        };
        (profile, Secrets { password: Some("at-first".to_owned().into()), ..Secrets::default() })
    }

    /// Signs in with an application credential.
    pub fn profile_of_credential(id: &str) -> (Profile, Secrets) {
        let profile = Profile {
            auth_url: KEYSTONE.into(),
            method: AuthMethod::ApplicationCredential,
            application_credential_id: id.into(),
            region: "RegionOne".into(),
            ..Profile::default()
        };
        let secret = Some("sesame".to_owned().into());
        (profile, Secrets { application_credential_secret: secret, ..Secrets::default() })
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let path = format!("{KEYSTONE}/users/{}", self.id);
        bed::ask("DELETE", &path, &[("x-auth-token", &self.admin)], None);
    }
}
