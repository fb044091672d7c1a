//! Opens clusters of kubeconfig files: they become bays that no Magnum manages.

use super::context::Context;
use super::place::Place;
use super::sign_in::notice;
use crate::api::kubernetes::connect::contexts;
use crate::api::kubernetes::{Connection, Error};
use crate::live::event::Event;
use crate::model::bay::{Bay, BayStatus, Coe};
use crate::model::kubeconfig::{KubeconfigFile, bay_id};
use futures_util::future::join_all;
use std::path::Path;
use std::sync::Arc;

/// Opens these contexts of a file; without any, the only one that there is, or else it asks.
pub(super) async fn open(place: &Place, context: &Context, path: &Path, names: Vec<String>) {
    let names = if names.is_empty() {
        match contexts(path).await {
            Ok(list) if list.len() > 1 => {
                let file = KubeconfigFile { path: path.to_owned(), contexts: list };
                return context.send(Event::KubeconfigAsks(Arc::new(file))).await;
            }
            // Without a context to choose from, the file itself tells what it lacks.
            Ok(list) => list.first().map_or_else(|| vec![None], |one| vec![Some(one.name.clone())]),
            Err(error) => return not_opened(context, path, None, error).await,
        }
    } else {
        names.into_iter().map(Some).collect()
    };
    // A credential plugin may take its time: one does not wait for the other.
    let opening = names.iter().map(|name| Connection::from_kubeconfig_file(path, name.as_deref()));
    let mut opened = Vec::new();
    for (answer, name) in join_all(opening).await.into_iter().zip(&names) {
        match answer {
            Ok(connection) => {
                let bay = bay_of(path, &connection);
                place.entrance.keep(&bay.id, connection).await;
                opened.push(bay);
            }
            Err(error) => not_opened(context, path, name.as_deref(), error).await,
        }
    }
    if !opened.is_empty() {
        context.send(Event::KubeconfigOpened(opened)).await;
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
