//! Clusters of kubeconfig files, which stand among the bays.

use super::bay::BayId;
use std::path::{Path, PathBuf};

/// Ids of clusters that were opened from a kubeconfig begin so; Magnum knows nothing of them.
const PREFIX: &str = "kubeconfig:";

/// A kubeconfig file with several ways in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeconfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its contexts, in its order.
    pub contexts: Vec<KubeContext>,
}

/// A context: a cluster, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeContext {
    /// Name.
    pub name: String,
    /// Name of its cluster.
    pub cluster: String,
    /// Its cluster's address.
    pub server: String,
    /// Name of its user; never what that user signs in with.
    pub user: String,
    /// It is the current one.
    pub current: bool,
}

/// The id of a context's cluster: two files may each have a `default`.
pub fn bay_id(path: &Path, context: &str) -> BayId {
    // What stands before the first `#` is the path.
    let path = path.display().to_string().replace('%', "%25").replace('#', "%23");
    format!("{PREFIX}{path}#{context}")
}

/// The id is that of a cluster from a kubeconfig.
pub fn is_kubeconfig(id: &str) -> bool {
    id.starts_with(PREFIX)
}

/// The context that an id names, where it is one of a kubeconfig's cluster.
pub fn context_of(id: &str) -> Option<&str> {
    let rest = id.strip_prefix(PREFIX)?;
    Some(rest.split_once('#').map_or(rest, |(_, context)| context))
}

/// What a cluster may be called, the shortest first: its context, then with the file, then with all of the file's path.
/// Empty where the id is not one of a kubeconfig's cluster.
pub fn names_of(id: &str) -> Vec<String> {
    let Some((path, context)) = id.strip_prefix(PREFIX).and_then(|rest| rest.split_once('#')) else {
        return Vec::new();
    };
    let path = path.replace("%23", "#").replace("%25", "%");
    let file = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    vec![context.to_owned(), format!("{context} ({file})"), format!("{context} ({path})")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_of_the_same_name_are_different_clusters() {
        let (one, other) = (bay_id(Path::new("/a/config"), "default"), bay_id(Path::new("/b/config"), "default"));
        assert_ne!(one, other);
        assert!(is_kubeconfig(&one) && !is_kubeconfig("6d0f0000-0000-4000-8000-00000000000a"));
        assert_eq!(context_of(&one), Some("default"));
        assert_eq!(context_of(&bay_id(Path::new("/a/config"), "team#1")), Some("team#1"));
        assert_eq!(context_of(&bay_id(Path::new("/c#/config"), "lab")), Some("lab"));
        assert_ne!(bay_id(Path::new("/a"), "b#c"), bay_id(Path::new("/a#b"), "c"));
        let names = names_of(&bay_id(Path::new("/c#/50%23"), "lab"));
        assert_eq!(names, ["lab", "lab (50%23)", "lab (/c#/50%23)"]);
        assert_eq!((context_of("6d0f"), names_of("6d0f")), (None, Vec::new()));
    }
}
