//! Opens clusters of kubeconfig files: they become bays that no Magnum manages.

use super::context::Context;
use super::place::Place;
use super::sign_in::notice;
use crate::api::kubernetes::connect::contexts;
use crate::api::kubernetes::{Connection, Error};
use crate::live::event::Event;
use crate::model::bay::{Bay, BayStatus, Coe};
use crate::model::kubeconfig::{KubeconfigFile, bay_id};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a credential plugin may take: it may wait for somebody to sign in with a browser.
const PATIENCE: Duration = Duration::from_secs(180);

/// Opens these contexts of a file; without any, the only one that there is, or else it asks.
pub(super) async fn open(place: &Place, context: &Context, path: &Path, mut names: Vec<String>) {
    if names.is_empty() {
        match contexts(path).await {
            Ok(list) if list.len() > 1 => {
                let file = KubeconfigFile { path: path.to_owned(), contexts: list };
                return context.send(Event::KubeconfigAsks(Arc::new(file))).await;
            }
            Ok(list) => names.extend(list.into_iter().map(|one| one.name)),
            Err(error) => return not_opened(context, path, None, error).await,
        }
    }
    // Without a context to choose from, the file itself tells what it lacks.
    let mut names: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        names.push(None);
    }
    let alone = names.len() == 1;
    let opening = names.into_iter().map(|name| async move {
        let connecting = Connection::from_kubeconfig_file(path, name);
        let answer = tokio::time::timeout(PATIENCE, connecting).await;
        (name, answer.unwrap_or(Err(Error::Timeout(PATIENCE.as_secs()))))
    });
    let mut opening: FuturesUnordered<_> = opening.collect();
    while let Some((name, answer)) = opening.next().await {
        match answer {
            Ok(connection) => {
                let bay = Box::new(bay_of(path, &connection));
                place.entrance.keep(&bay.id, connection).await;
                context.send(Event::KubeconfigOpened { bay, alone }).await;
            }
            Err(error) => not_opened(context, path, name, error).await,
        }
    }
}

async fn not_opened(context: &Context, path: &Path, name: Option<&str>, error: Error) {
    let mut problem = error.during("open the kubeconfig");
    problem.service = match name {
        Some(name) => format!("{} ({name})", path.display()),
        None => path.display().to_string(),
    };
    notice(context, "notice-kubeconfig-not-opened", problem).await;
}

/// What is known of a cluster that no Magnum manages.
fn bay_of(path: &Path, connection: &Connection) -> Bay {
    Bay {
        name: connection.name().to_owned(),
        coe: Some(Coe::Kubernetes),
        status: BayStatus::Other("kubeconfig".to_owned()),
        api_address: Some(connection.server().to_owned()),
        ..Bay::unknown(&bay_id(path, connection.name()))
    }
}
