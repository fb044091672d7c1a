//! The kinds of objects a demo bay's API serves, with the names discovery gives them.

use super::versions::OLDER;
use std::sync::LazyLock;

/// Names and abilities of a kind.
#[derive(Debug)]
pub struct KindInfo {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Version in the group.
    pub version: &'static str,
    /// Word of the path (`pods`).
    pub plural: &'static str,
    /// Singular in lower case.
    pub singular: &'static str,
    /// Kind as it stands in objects (`Pod`).
    pub name: &'static str,
    /// Short names (`po`).
    pub short: &'static [&'static str],
    /// Categories (`all`).
    pub categories: &'static [&'static str],
    /// Lives in a namespace.
    pub namespaced: bool,
    /// Has a `status` subresource.
    pub status: bool,
    /// Has a `scale` subresource.
    pub scale: bool,
}

macro_rules! kinds {
    ($($variant:ident $group:literal $version:literal $plural:literal $singular:literal [$($short:literal)*] [$($category:literal)*] $scope:ident $($sub:ident)*;)*) => {
        /// A kind of object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Kind { $($variant),* }

        impl Kind {
            /// Every kind, in discovery's order.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant),*];

            /// Names and abilities.
            pub fn info(self) -> &'static KindInfo {
                match self {
                    $(Kind::$variant => &KindInfo {
                        group: $group, version: $version, plural: $plural, singular: $singular, name: stringify!($variant),
                        short: &[$($short),*], categories: &[$($category),*],
                        namespaced: kinds!(@scope $scope),
                        status: kinds!(@has status $($sub)*),
                        scale: kinds!(@has scale $($sub)*),
                    },)*
                }
            }
        }
    };
    (@scope namespaced) => { true };
    (@scope cluster) => { false };
    (@has $what:ident) => { false };
    (@has status status $($rest:ident)*) => { true };
    (@has scale scale $($rest:ident)*) => { true };
    (@has $what:ident $other:ident $($rest:ident)*) => { kinds!(@has $what $($rest)*) };
}

kinds! {
    ConfigMap "" "v1" "configmaps" "configmap" ["cm"] [] namespaced;
    Endpoints "" "v1" "endpoints" "endpoints" ["ep"] [] namespaced;
    Event "" "v1" "events" "event" ["ev"] [] namespaced;
    LimitRange "" "v1" "limitranges" "limitrange" ["limits"] [] namespaced;
    Namespace "" "v1" "namespaces" "namespace" ["ns"] [] cluster status;
    Node "" "v1" "nodes" "node" ["no"] [] cluster status;
    PersistentVolumeClaim "" "v1" "persistentvolumeclaims" "persistentvolumeclaim" ["pvc"] [] namespaced status;
    PersistentVolume "" "v1" "persistentvolumes" "persistentvolume" ["pv"] [] cluster status;
    Pod "" "v1" "pods" "pod" ["po"] ["all"] namespaced status;
    ReplicationController "" "v1" "replicationcontrollers" "replicationcontroller" ["rc"] ["all"] namespaced status scale;
    ResourceQuota "" "v1" "resourcequotas" "resourcequota" ["quota"] [] namespaced status;
    Secret "" "v1" "secrets" "secret" [] [] namespaced;
    ServiceAccount "" "v1" "serviceaccounts" "serviceaccount" ["sa"] [] namespaced;
    Service "" "v1" "services" "service" ["svc"] ["all"] namespaced status;
    ControllerRevision "apps" "v1" "controllerrevisions" "controllerrevision" [] [] namespaced;
    DaemonSet "apps" "v1" "daemonsets" "daemonset" ["ds"] ["all"] namespaced status;
    Deployment "apps" "v1" "deployments" "deployment" ["deploy"] ["all"] namespaced status scale;
    ReplicaSet "apps" "v1" "replicasets" "replicaset" ["rs"] ["all"] namespaced status scale;
    StatefulSet "apps" "v1" "statefulsets" "statefulset" ["sts"] ["all"] namespaced status scale;
    HorizontalPodAutoscaler "autoscaling" "v2" "horizontalpodautoscalers" "horizontalpodautoscaler" ["hpa"] ["all"] namespaced status;
    CronJob "batch" "v1" "cronjobs" "cronjob" ["cj"] ["all"] namespaced status;
    Job "batch" "v1" "jobs" "job" [] ["all"] namespaced status;
    Lease "coordination.k8s.io" "v1" "leases" "lease" [] [] namespaced;
    EndpointSlice "discovery.k8s.io" "v1" "endpointslices" "endpointslice" [] [] namespaced;
    NodeMetrics "metrics.k8s.io" "v1beta1" "nodes" "" [] [] cluster;
    PodMetrics "metrics.k8s.io" "v1beta1" "pods" "" [] [] namespaced;
    IngressClass "networking.k8s.io" "v1" "ingressclasses" "ingressclass" [] [] cluster;
    Ingress "networking.k8s.io" "v1" "ingresses" "ingress" ["ing"] [] namespaced status;
    NetworkPolicy "networking.k8s.io" "v1" "networkpolicies" "networkpolicy" ["netpol"] [] namespaced;
    PodDisruptionBudget "policy" "v1" "poddisruptionbudgets" "poddisruptionbudget" ["pdb"] [] namespaced status;
    ClusterRoleBinding "rbac.authorization.k8s.io" "v1" "clusterrolebindings" "clusterrolebinding" [] [] cluster;
    ClusterRole "rbac.authorization.k8s.io" "v1" "clusterroles" "clusterrole" [] [] cluster;
    RoleBinding "rbac.authorization.k8s.io" "v1" "rolebindings" "rolebinding" [] [] namespaced;
    Role "rbac.authorization.k8s.io" "v1" "roles" "role" [] [] namespaced;
    PriorityClass "scheduling.k8s.io" "v1" "priorityclasses" "priorityclass" ["pc"] [] cluster;
    StorageClass "storage.k8s.io" "v1" "storageclasses" "storageclass" ["sc"] [] cluster;
}

/// Groups besides the core one with each version, the preferred one first, in discovery's order.
pub const GROUPS: &[(&str, &str)] = &[
    ("apps", "v1"),
    ("authentication.k8s.io", "v1"),
    ("authorization.k8s.io", "v1"),
    ("autoscaling", "v2"),
    ("autoscaling", "v1"),
    ("batch", "v1"),
    ("networking.k8s.io", "v1"),
    ("policy", "v1"),
    ("rbac.authorization.k8s.io", "v1"),
    ("storage.k8s.io", "v1"),
    ("scheduling.k8s.io", "v1"),
    ("coordination.k8s.io", "v1"),
    ("discovery.k8s.io", "v1"),
    ("metrics.k8s.io", "v1beta1"),
];

impl KindInfo {
    /// `v1`, `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `pods`, `deployments.apps`: how messages name the resource.
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// `Pod`, `Deployment.apps`: how validation messages name the kind.
    pub fn qualified_kind(&self) -> String {
        if self.group.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.name, self.group) }
    }
}

impl Kind {
    /// The kind behind a path's group, version and word; the version may be an older one.
    pub fn find(group: &str, version: &str, plural: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|k| {
            let info = k.info();
            info.group == group && info.plural == plural && k.is_served_in(version)
        })
    }

    /// Is served in this version of its group.
    pub fn is_served_in(self, version: &str) -> bool {
        self.info().version == version || OLDER.contains(&(self, version))
    }

    /// The kind that an object's `apiVersion` and `kind` name.
    pub fn of(api_version: &str, name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|k| k.info().name == name && k.info().api_version() == api_version)
    }

    /// `"apiVersion":"v1","kind":"Pod",` ready to be put in front of a stored body's members.
    pub fn prefix(self) -> &'static str {
        static PREFIXES: LazyLock<Vec<String>> = LazyLock::new(|| {
            let text = |k: &Kind| format!(r#""apiVersion":"{}","kind":"{}","#, k.info().api_version(), k.info().name);
            Kind::ALL.iter().map(text).collect()
        });
        PREFIXES.get(self as usize).map_or("", String::as_str)
    }

    /// Computed on request instead of stored.
    pub fn is_virtual(self) -> bool {
        matches!(self, Kind::NodeMetrics | Kind::PodMetrics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_path_and_by_object() {
        assert_eq!(Kind::find("apps", "v1", "deployments"), Some(Kind::Deployment));
        assert_eq!(Kind::find("apps", "v1beta1", "deployments"), None);
        assert_eq!(Kind::find("autoscaling", "v1", "horizontalpodautoscalers"), Some(Kind::HorizontalPodAutoscaler));
        assert_eq!(Kind::of("v1", "Pod"), Some(Kind::Pod));
        assert_eq!(Kind::of("apps/v1", "Pod"), None);
        assert!(Kind::Deployment.info().scale && Kind::Deployment.info().status && !Kind::Pod.info().scale);
        assert_eq!(Kind::Deployment.prefix(), r#""apiVersion":"apps/v1","kind":"Deployment","#);
        assert!(Kind::ALL.iter().enumerate().all(|(i, k)| *k as usize == i));
    }
}
