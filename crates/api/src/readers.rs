//! A few readers of the record, used off the threads that serve connections.
//!
//! **Invariant:** at most [`READERS`] questions are answered at once; a question
//! that nobody waits for any more still holds its place until it is answered.

use crate::failure::Failure;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use ringfence_store::{Folders, Reader};
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many questions are answered at once.
const READERS: usize = 4;

pub(crate) struct Readers {
    folders: Folders,
    idle: Mutex<Vec<Reader>>,
    places: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(folders: Folders) -> Arc<Readers> {
        Arc::new(Readers {
            folders,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// Answers a question on a thread that may wait for the disk.
    pub(crate) async fn ask<T: Send + 'static>(
        self: &Arc<Readers>,
        question: impl FnOnce(&Reader) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let stopped = |_| Failure::internal("the server is stopping");
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| Failure::internal("the server is stopping"))?;
        let readers = Arc::clone(self);
        let answer = tokio::task::spawn_blocking(move || {
            let answer = readers.answer(question);
            drop(place);
            answer
        });
        answer.await.map_err(stopped)?
    }

    /// The same, with the answer already in JSON.
    pub(crate) async fn json<T: Serialize>(
        self: &Arc<Readers>,
        question: impl FnOnce(&Reader) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Json, Failure> {
        self.ask(|reader| Json::of(&question(reader)?)).await
    }

    fn answer<T>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let reader = match waiting {
            Some(reader) => reader,
            None => Reader::open(&self.folders)?.ok_or_else(nothing_recorded)?,
        };
        let answer = question(&reader);
        // One that failed may look at files that are no longer there: the next is opened anew.
        let works = !answer
            .as_ref()
            .is_err_and(|failure| failure.status.is_server_error());
        if works {
            idle().push(reader);
        }
        answer
    }
}

fn nothing_recorded() -> Failure {
    Failure::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "no_record",
        "nothing was recorded here yet",
    )
}

/// An answer in JSON.
#[derive(Debug)]
pub(crate) struct Json(Vec<u8>);

impl Json {
    pub(crate) fn of(value: &impl Serialize) -> Result<Json, Failure> {
        let text = serde_json::to_vec(value);
        text.map(Json)
            .map_err(|error| Failure::internal(error.to_string()))
    }
}

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}
