//! Reads what failed and why out of the reason text that Magnum, Heat, Nova, Neutron and Cinder give for a bay.
//!
//! Sources of the texts: Heat prefixes every failure with the path of the resource
//! (`heat/engine/resource.py`, `resources.kube_masters.resources[0].resources.kube-master: …`); Nova's quota text is
//! `nova/quota.py` ("Requested 4, but already used 18 of 20 cores"); Neutron's is `neutron_lib/exceptions`
//! ("Quota exceeded for resources: ['floatingip']."); Cinder's are in `cinder/exception.py`.

/// The part of a bay that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, strum::EnumIter)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Floating addresses.
    FloatingIps,
    /// Load balancer of the API or of etcd.
    LoadBalancer,
    /// Network, subnet, router, ports, security groups.
    Network,
    /// Volumes.
    Volumes,
    /// Masters.
    Masters,
    /// Workers.
    Workers,
    /// Software on the nodes did not report back.
    Setup,
    /// The bay as a whole.
    Bay,
}

impl Part {
    /// Fluent id of its name.
    pub fn message_id(self) -> &'static str {
        match self {
            Part::FloatingIps => "part-floating-ips",
            Part::LoadBalancer => "part-load-balancer",
            Part::Network => "part-network",
            Part::Volumes => "part-volumes",
            Part::Masters => "part-masters",
            Part::Workers => "part-workers",
            Part::Setup => "part-setup",
            Part::Bay => "part-bay",
        }
    }

    /// From a Heat resource's name and type (`kube_masters`, `OS::Neutron::FloatingIP`); `None` for those that say
    /// nothing to an operator (random strings, software configs).
    pub fn of_resource(name: &str, kind: &str) -> Option<Part> {
        let name = name.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| name.contains(w));
        if kind.contains("FloatingIP") || has(&["floating"]) {
            Some(Part::FloatingIps)
        } else if kind.contains("Octavia")
            || kind.contains("LBaaS")
            || has(&["api_lb", "etcd_lb", "_pool", "loadbalancer", "listener"])
        {
            Some(Part::LoadBalancer)
        } else if kind.contains("Cinder") || has(&["volume"]) {
            Some(Part::Volumes)
        } else if kind.contains("WaitCondition") || has(&["wait_condition", "cluster_deploy", "config_deployment"]) {
            Some(Part::Setup)
        } else if has(&["master", "manager"]) {
            Some(Part::Masters)
        } else if has(&["minion", "worker", "slave", "swarm_node", "swarm_secondary"]) {
            Some(Part::Workers)
        } else if kind.contains("Neutron")
            || has(&["network", "subnet", "router", "extrouter", "secgroup", "_eth0", "port"])
        {
            Some(Part::Network)
        } else if kind == "OS::Nova::Server" {
            Some(Part::Workers)
        } else {
            None
        }
    }
}

/// One resource that ran out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Exceeded {
    /// Which, in the service's word (`cores`, `floatingip`, `gigabytes`).
    pub resource: String,
    /// Asked for.
    pub requested: Option<u64>,
    /// Used before.
    pub used: Option<u64>,
    /// The limit.
    pub limit: Option<u64>,
}

impl Exceeded {
    /// How many are missing.
    pub fn short_by(&self) -> Option<u64> {
        Some((self.used? + self.requested?).saturating_sub(self.limit?))
    }

    /// Fluent id of the resource's name, where it is a known one.
    pub fn message_id(&self) -> Option<&'static str> {
        Some(match self.resource.as_str() {
            "cores" => "resource-cores",
            "ram" => "resource-ram",
            "instances" => "resource-instances",
            "server_group_members" => "resource-server-group-members",
            "server_groups" => "resource-server-groups",
            "floatingip" | "floating_ips" => "resource-floating-ips",
            "port" | "ports" => "resource-ports",
            "network" | "networks" => "resource-networks",
            "subnet" | "subnets" => "resource-subnets",
            "router" | "routers" => "resource-routers",
            "security_group" | "security_groups" => "resource-security-groups",
            "security_group_rule" | "security_group_rules" => "resource-security-group-rules",
            "loadbalancer" | "load_balancer" | "Load Balancer" => "resource-load-balancers",
            "volumes" => "resource-volumes",
            "gigabytes" => "resource-gigabytes",
            "clusters" | "bays" => "resource-bays",
            "stacks" => "resource-stacks",
            _ => return None,
        })
    }
}

/// Why it failed, as far as the text can be understood.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Cause {
    /// Limits were reached; may be empty where the text names none.
    Quota {
        /// What ran out.
        exceeded: Vec<Exceeded>,
    },
    /// Nova found no host that could take the server.
    NoHost,
    /// A subnet has no free address.
    NoAddress,
    /// It took longer than the bay's time limit.
    Timeout,
    /// The nodes run, but their set-up did not report back in time.
    SetupTimeout,
    /// Something named in the bay or its model does not exist (any more).
    NotFound,
    /// A service refused for lack of rights, or a trust is gone.
    Forbidden,
    /// A service called the request wrong.
    Invalid,
    /// Servers could not be given their network.
    NoNetwork,
    /// A volume could not be made or attached.
    Volume,
    /// Something still uses it, so that it cannot be deleted.
    InUse,
    /// Not understood: only the service's own words help.
    Other,
}

impl Cause {
    /// Stem of its Fluent ids: `cause-<stem>` says why, `cause-<stem>-advice` what to do.
    pub fn message_id(&self) -> &'static str {
        match self {
            Cause::Quota { .. } => "cause-quota",
            Cause::NoHost => "cause-no-host",
            Cause::NoAddress => "cause-no-address",
            Cause::Timeout => "cause-timeout",
            Cause::SetupTimeout => "cause-setup-timeout",
            Cause::NotFound => "cause-not-found",
            Cause::Forbidden => "cause-forbidden",
            Cause::Invalid => "cause-invalid",
            Cause::NoNetwork => "cause-no-network",
            Cause::Volume => "cause-volume",
            Cause::InUse => "cause-in-use",
            Cause::Other => "cause-other",
        }
    }

    /// Fluent id of the advice.
    pub fn advice_id(&self) -> &'static str {
        match self {
            Cause::Quota { .. } => "cause-quota-advice",
            Cause::NoHost => "cause-no-host-advice",
            Cause::NoAddress => "cause-no-address-advice",
            Cause::Timeout => "cause-timeout-advice",
            Cause::SetupTimeout => "cause-setup-timeout-advice",
            Cause::NotFound => "cause-not-found-advice",
            Cause::Forbidden => "cause-forbidden-advice",
            Cause::Invalid => "cause-invalid-advice",
            Cause::NoNetwork => "cause-no-network-advice",
            Cause::Volume => "cause-volume-advice",
            Cause::InUse => "cause-in-use-advice",
            Cause::Other => "cause-other-advice",
        }
    }
}

/// What a reason text says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// What failed.
    pub part: Part,
    /// Why.
    pub cause: Cause,
    /// Request id, where the text has one.
    pub request_id: Option<String>,
    /// The text as it came.
    pub said: String,
}

impl Fault {
    /// Reads a reason text; `None` for texts that report success (`Stack CREATE completed successfully`) or nothing.
    pub fn read(text: &str) -> Option<Fault> {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("none") || text.contains("completed successfully") {
            return None;
        }
        let cause = cause(text);
        let part = part(text, &cause);
        Some(Fault { part, cause, request_id: request_id(text), said: text.to_owned() })
    }

    /// Reads the reason of a bay and those of its node groups, each cause once, in this order.
    pub fn of_bay(bay: &super::bay::Bay) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        let reason = bay.status_reason.as_deref().filter(|_| bay.status.failed());
        for text in reason.into_iter().chain(bay.faults.values().map(String::as_str)) {
            let Some(fault) = Fault::read(text) else { continue };
            // The same failure is often told by the stack and again by each group: the one that says more stays.
            match faults.iter_mut().find(|f| f.cause == fault.cause && (f.part == fault.part || f.part == Part::Bay)) {
                Some(known) if known.part == Part::Bay => *known = fault,
                Some(_) => {}
                None => faults.push(fault),
            }
        }
        faults.retain_or_keep_all(|f| f.cause != Cause::Other);
        faults
    }
}

/// Drops what fails the test, unless nothing would be left.
trait RetainOrKeepAll<T> {
    fn retain_or_keep_all(&mut self, test: impl Fn(&T) -> bool);
}

impl<T> RetainOrKeepAll<T> for Vec<T> {
    fn retain_or_keep_all(&mut self, test: impl Fn(&T) -> bool) {
        if self.iter().any(&test) {
            self.retain(test);
        }
    }
}

fn cause(text: &str) -> Cause {
    let lower = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if has(&["quota", "limit exceeded", "maximum number of volumes", "maximum number of volume"]) {
        return Cause::Quota { exceeded: exceeded(text) };
    }
    if has(&["no valid host", "not enough hosts", "exceeded maximum number of retries"]) {
        return Cause::NoHost;
    }
    if has(&["no more ip addresses", "ipaddressgenerationfailure", "no more free ip"]) {
        return Cause::NoAddress;
    }
    if has(&["waitconditiontimeout", "wait_condition", "0 of 1 received"]) {
        return Cause::SetupTimeout;
    }
    if has(&[
        "failed to allocate the network",
        "virtualinterfacecreate",
        "portbindingfailed",
        "binding failed for port",
    ]) {
        return Cause::NoNetwork;
    }
    if has(&["timed out", "timeout", "aborted: timeout"]) {
        return Cause::Timeout;
    }
    if has(&["in use", "conflict: ", "still has active ports", "has one or more ports"]) {
        return Cause::InUse;
    }
    if has(&["block device mapping", "volume did not finish", "cinder"]) {
        return Cause::Volume;
    }
    if has(&[
        "forbidden",
        "unauthorized",
        "not authorized",
        "policy doesn't allow",
        "trust",
        "(http 403)",
        "(http 401)",
    ]) {
        return Cause::Forbidden;
    }
    if has(&[
        "could not be found",
        "cannot be found",
        "not found",
        "notfound",
        "no such",
        "does not exist",
        "unable to find",
    ]) {
        return Cause::NotFound;
    }
    if has(&["badrequest", "bad request", "invalid", "validation failed", "stackvalidationfailed", "(http 400)"]) {
        return Cause::Invalid;
    }
    Cause::Other
}

fn part(text: &str, cause: &Cause) -> Part {
    if let Cause::Quota { exceeded } = cause
        && let Some(part) = exceeded.iter().find_map(|e| match e.resource.as_str() {
            "floatingip" | "floating_ips" => Some(Part::FloatingIps),
            "volumes" | "gigabytes" => Some(Part::Volumes),
            "loadbalancer" | "load_balancer" | "Load Balancer" => Some(Part::LoadBalancer),
            "network" | "subnet" | "router" | "port" | "security_group" | "security_group_rule" => Some(Part::Network),
            _ => None,
        })
    {
        return part;
    }
    // `resources.kube_masters.resources[0].resources.kube-master`: the outermost known name says most.
    for name in path_names(text) {
        if let Some(part) = Part::of_resource(name, "") {
            return part;
        }
    }
    match cause {
        Cause::SetupTimeout => Part::Setup,
        Cause::Volume => Part::Volumes,
        Cause::NoAddress | Cause::NoNetwork => Part::Network,
        _ => Part::Bay,
    }
}

/// Names in Heat's resource paths, in order.
fn path_names(text: &str) -> impl Iterator<Item = &str> {
    text.split("resources.").skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// What a quota text names, with its numbers where it has them.
fn exceeded(text: &str) -> Vec<Exceeded> {
    nova(text).or_else(|| neutron(text)).or_else(|| cinder(text)).or_else(|| magnum(text)).unwrap_or_default()
}

/// `Quota exceeded for cores, ram: Requested 8, 16384, but already used 18, 40960 of 20, 51200 cores, ram`.
fn nova(text: &str) -> Option<Vec<Exceeded>> {
    let rest = after(text, "Quota exceeded for ")?;
    let (names, rest) = rest.split_once(": Requested ")?;
    let (requested, rest) = rest.split_once(", but already used ")?;
    let (used, rest) = rest.split_once(" of ")?;
    let limits: Vec<u64> = numbers(rest);
    let (requested, used) = (numbers(requested), numbers(used));
    let list: Vec<Exceeded> = names
        .split(',')
        .enumerate()
        .map(|(i, name)| Exceeded {
            resource: name.trim().to_owned(),
            requested: requested.get(i).copied(),
            used: used.get(i).copied(),
            limit: limits.get(i).copied(),
        })
        .collect();
    (!list.is_empty()).then_some(list)
}

/// `Quota exceeded for resources: ['floatingip', 'port'].`, in some releases with
/// `Quota exceeded for resource: floatingip. … limit 10, used 9, requested 4`.
fn neutron(text: &str) -> Option<Vec<Exceeded>> {
    let rest = after(text, "Quota exceeded for resource")?;
    let rest = rest.trim_start_matches('s').trim_start_matches(':').trim_start();
    let rest = rest.trim_start_matches('[');
    let end = rest.find([']', '.', '\n']).unwrap_or(rest.len());
    let figure = |word: &str| labelled_number(text, word);
    let list: Vec<Exceeded> = rest[..end]
        .split(',')
        .map(|n| n.trim().trim_matches(['\'', '"']))
        .map(|n| n.strip_prefix("u'").unwrap_or(n))
        .filter(|n| !n.is_empty())
        .map(|name| Exceeded {
            resource: name.to_owned(),
            requested: figure("requested").or_else(|| figure("needed")),
            used: figure("used").or_else(|| figure("in use")),
            limit: figure("limit").or_else(|| figure("quota is")),
        })
        .collect();
    (!list.is_empty()).then_some(list)
}

/// `… exceeds allowed gigabytes quota. Requested 100G, quota is 1000G and 950G has been consumed.` and
/// `Maximum number of volumes allowed (10) exceeded …`.
fn cinder(text: &str) -> Option<Vec<Exceeded>> {
    if let Some(rest) = after(text, "exceeds allowed ") {
        let resource = rest.split(' ').next()?.to_owned();
        let consumed = text.split(" has been consumed").next().and_then(|t| t.rsplit(' ').next()).map(numbers);
        return Some(vec![Exceeded {
            resource,
            requested: labelled_number(text, "Requested"),
            limit: labelled_number(text, "quota is"),
            used: consumed.and_then(|n| n.first().copied()),
        }]);
    }
    let rest = after(text, "Maximum number of ")?;
    let (resource, rest) = rest.split_once(" allowed")?;
    Some(vec![Exceeded {
        resource: resource.to_owned(),
        requested: None,
        used: None,
        limit: numbers(rest).first().copied(),
    }])
}

/// `Resource limit exceeded: You have reached the maximum clusters per project, 20.` (`magnum/common/exception.py`).
fn magnum(text: &str) -> Option<Vec<Exceeded>> {
    let rest = after(text, "maximum clusters per project").or_else(|| after(text, "maximum bays per project"))?;
    Some(vec![Exceeded {
        resource: "clusters".to_owned(),
        requested: Some(1),
        used: None,
        limit: numbers(rest).first().copied(),
    }])
}

fn after<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    text.find(marker).map(|at| &text[at + marker.len()..])
}

/// The number that follows a word, with at most `: = (` and a space between.
fn labelled_number(text: &str, word: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let word = word.to_ascii_lowercase();
    lower.match_indices(&word).find_map(|(at, found)| {
        let rest = lower[at + found.len()..].trim_start_matches([':', '=', '(', ' ', '\'']);
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    })
}

/// Numbers of a text until a word without digits has followed them.
fn numbers(text: &str) -> Vec<u64> {
    let mut list = Vec::new();
    for word in text.split([',', ' ']).filter(|w| !w.is_empty()) {
        let digits: String = word.trim_start_matches('(').chars().take_while(char::is_ascii_digit).collect();
        match digits.parse() {
            Ok(number) => list.push(number),
            Err(_) if list.is_empty() => {}
            Err(_) => break,
        }
    }
    list
}

fn request_id(text: &str) -> Option<String> {
    let at = text.find("req-")?;
    let id: String = text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    (id.len() > 8).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Fault {
        Fault::read(text).expect("a fault")
    }

    #[test]
    fn novas_quota_text_gives_its_numbers() {
        let fault = read(
            "Failed to create Cluster: ResourceInError: resources.kube_minions.resources[3].resources.kube-minion: \
             Quota exceeded for cores, ram: Requested 8, 16384, but already used 18, 40960 of 20, 51200 cores, ram \
             (HTTP 403) (Request-ID: req-7c1e44b0-5d1f-4a6c-8888-000000000000)",
        );
        assert_eq!(fault.part, Part::Workers);
        let Cause::Quota { exceeded } = &fault.cause else { panic!("a quota") };
        assert_eq!(exceeded.len(), 2);
        assert_eq!((exceeded[0].requested, exceeded[0].used, exceeded[0].limit), (Some(8), Some(18), Some(20)));
        assert_eq!(exceeded[0].short_by(), Some(6));
        assert_eq!(exceeded[1].limit, Some(51200));
        assert_eq!(fault.request_id.as_deref(), Some("req-7c1e44b0-5d1f-4a6c-8888-000000000000"));
    }

    #[test]
    fn a_deployment_that_fails_is_the_set_up() {
        let fault = read(
            "Resource CREATE failed: ResourceInError: resources.kube_cluster_deploy: Went to status FAILED due to \
             \"deploy_status_code: Deployment exited with non-zero status code: 1\"",
        );
        assert_eq!((fault.part, fault.cause), (Part::Setup, Cause::Other));
    }

    #[test]
    fn neutrons_quota_text_names_what_ran_out() {
        let fault = read(
            "Resource CREATE failed: OverQuotaClient: resources.kube_masters.resources[0].resources.kube_master_floating: \
             Quota exceeded for resources: ['floatingip'].\nNeutron server returns request_ids: ['req-0000aaaa-1']",
        );
        assert_eq!(fault.part, Part::FloatingIps);
        let Cause::Quota { exceeded } = &fault.cause else { panic!("a quota") };
        assert_eq!(exceeded[0].resource, "floatingip");
        assert_eq!(exceeded[0].message_id(), Some("resource-floating-ips"));
        assert_eq!(exceeded[0].short_by(), None);
    }

    #[test]
    fn cinders_and_magnums_limits_are_understood() {
        let fault = read(
            "VolumeSizeExceedsAvailableQuota: resources.docker_volume: Requested volume or snapshot exceeds allowed \
             gigabytes quota. Requested 100G, quota is 1000G and 950G has been consumed. (HTTP 413)",
        );
        let Cause::Quota { exceeded } = &fault.cause else { panic!("a quota") };
        assert_eq!(exceeded[0].short_by(), Some(50));
        let fault = read("Resource limit exceeded: You have reached the maximum clusters per project, 20. quota");
        let Cause::Quota { exceeded } = &fault.cause else { panic!("a quota") };
        assert_eq!((exceeded[0].resource.as_str(), exceeded[0].limit), ("clusters", Some(20)));
    }

    #[test]
    fn no_valid_host_is_told_with_the_part_it_hit() {
        let fault = read(
            "Resource CREATE failed: ResourceInError: resources.kube_masters.resources[0].resources.kube-master: Went to \
             status ERROR due to \"Message: No valid host was found. There are not enough hosts available., Code: 500\"",
        );
        assert_eq!((fault.part, fault.cause), (Part::Masters, Cause::NoHost));
    }

    #[test]
    fn two_kinds_of_timeout_are_told_apart() {
        assert_eq!(read("Stack CREATE aborted: timed out").cause, Cause::Timeout);
        let fault = read(
            "WaitConditionTimeout: resources.kube_masters.resources[0].resources.master_wait_condition: 0 of 1 received",
        );
        assert_eq!(fault.cause, Cause::SetupTimeout);
        assert_eq!(fault.part, Part::Masters);
    }

    #[test]
    fn success_is_no_fault() {
        assert_eq!(Fault::read("Stack CREATE completed successfully"), None);
        assert_eq!(Fault::read("None"), None);
        assert_eq!(Fault::read(""), None);
    }

    #[test]
    fn what_nobody_understands_stays_as_it_came() {
        let fault = read("The flux capacitor is empty");
        assert_eq!((fault.part, fault.cause), (Part::Bay, Cause::Other));
        assert_eq!(fault.said, "The flux capacitor is empty");
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_read(text in "\\PC{0,200}") {
            let _ = Fault::read(&text);
            let _ = Fault::read(&format!("Quota exceeded for {text}: Requested {text}, but already used 1 of {text}"));
            let _ = Fault::read(&format!("exceeds allowed {text} quota is {text} has been consumed"));
        }
    }
}
