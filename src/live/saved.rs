//! Profiles saved by the user: a JSON file in the configuration folder, without any secret.

use crate::model::cloud::{Profile, ProfileSource};
use crate::model::problem::{Problem, ProblemKind};
use std::path::{Path, PathBuf};

/// The file of saved profiles.
#[derive(Debug, Clone)]
pub struct SavedProfiles {
    path: PathBuf,
}

impl SavedProfiles {
    /// In this folder.
    pub fn in_folder(folder: &Path) -> SavedProfiles {
        SavedProfiles { path: folder.join("profiles.json") }
    }

    /// All saved profiles; a file that is not there is an empty list.
    pub fn load(&self) -> Result<Vec<Profile>, Problem> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.problem("read", &error.to_string())),
        };
        let mut profiles: Vec<Profile> =
            serde_json::from_str(&text).map_err(|e| self.problem("read", &e.to_string()))?;
        for profile in &mut profiles {
            profile.source = Some(ProfileSource::Saved);
        }
        Ok(profiles)
    }

    /// Adds a profile or replaces the one of the same name.
    pub fn keep(&self, profile: &Profile) -> Result<(), Problem> {
        let mut profiles = self.load()?;
        profiles.retain(|p| p.name != profile.name);
        profiles.push(Profile { source: Some(ProfileSource::Saved), ..profile.clone() });
        self.store(&profiles)
    }

    /// Removes the profile of this name.
    pub fn forget(&self, name: &str) -> Result<(), Problem> {
        let mut profiles = self.load()?;
        profiles.retain(|p| p.name != name);
        self.store(&profiles)
    }

    /// Written beside and renamed, so that a crash leaves the old or the new file, never half of one.
    fn store(&self, profiles: &[Profile]) -> Result<(), Problem> {
        let text = serde_json::to_string_pretty(profiles).map_err(|e| self.problem("write", &e.to_string()))?;
        let beside = self.path.with_extension("json.new");
        let write = || {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&beside, text)?;
            std::fs::rename(&beside, &self.path)
        };
        write().map_err(|e: std::io::Error| self.problem("write", &e.to_string()))
    }

    fn problem(&self, action: &str, said: &str) -> Problem {
        Problem::new(ProblemKind::Config, self.path.display().to_string(), said).during(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_come_back_and_hold_no_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let saved = SavedProfiles::in_folder(folder.path());
        assert_eq!(saved.load(), Ok(Vec::new()));
        let profile = Profile { name: "lab".into(), auth_url: "https://k:5000/v3".into(), ..Profile::default() };
        saved.keep(&profile).expect("kept");
        saved.keep(&Profile { username: "mika".into(), ..profile }).expect("replaced");
        let back = saved.load().expect("read");
        assert_eq!(back.len(), 1);
        assert_eq!(back[0].username, "mika");
        saved.forget("lab").expect("forgotten");
        assert_eq!(saved.load(), Ok(Vec::new()));
    }

    #[test]
    fn a_broken_file_names_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("profiles.json"), "{").expect("written");
        let problem = SavedProfiles::in_folder(folder.path()).load().expect_err("broken");
        assert!(problem.service.ends_with("profiles.json"));
    }
}
