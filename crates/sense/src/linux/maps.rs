//! The loaded object's maps and iterators, by name.
//!
//! **Invariant:** every use of a map says which one failed.

use super::SensorError;
use super::layout::Seed;
use libbpf_rs::{Iter, IterOpts, MapCore, MapFlags, MapHandle, Object};
use std::collections::HashMap;
use std::io::{self, Read};

/// What an iterator may write, though ours write nothing.
const MOST_WRITTEN: u64 = 4096;

/// The maps of a loaded object, and the object with its iterators.
pub(super) struct Maps {
    handles: HashMap<String, MapHandle>,
    object: Object,
}

impl Maps {
    pub(super) fn new(object: Object) -> Result<Maps, SensorError> {
        let mut handles = HashMap::new();
        for map in object.maps() {
            let name = map.name().to_string_lossy().into_owned();
            let handle = MapHandle::try_from(&map).map_err(|error| failed(&name, error))?;
            handles.insert(name, handle);
        }
        Ok(Maps { handles, object })
    }

    /// A map's handle of its own.
    pub(super) fn handle(&self, name: &str) -> Result<MapHandle, SensorError> {
        MapHandle::try_from(self.map(name)?).map_err(|error| failed(name, error))
    }

    pub(super) fn map(&self, name: &str) -> Result<&MapHandle, SensorError> {
        self.handles.get(name).ok_or_else(|| SensorError::Refused {
            what: format!("the map {name}"),
            source: io::ErrorKind::NotFound.into(),
        })
    }

    pub(super) fn get(&self, name: &str, key: &[u8]) -> Result<Option<Vec<u8>>, SensorError> {
        let found = self.map(name)?.lookup(key, MapFlags::ANY);
        found.map_err(|error| failed(name, error))
    }

    pub(super) fn set(&self, name: &str, key: &[u8], value: &[u8]) -> Result<(), SensorError> {
        let done = self.map(name)?.update(key, value, MapFlags::ANY);
        done.map_err(|error| failed(name, error))
    }

    /// Takes an entry away, if it is there.
    pub(super) fn remove(&self, name: &str, key: &[u8]) -> Result<(), SensorError> {
        match self.map(name)?.delete(key) {
            Err(error) if error.kind() != libbpf_rs::ErrorKind::NotFound => {
                Err(failed(name, error))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn keys(&self, name: &str) -> Result<Vec<Vec<u8>>, SensorError> {
        Ok(self.map(name)?.keys().collect())
    }

    pub(super) fn clear(&self, name: &str) -> Result<(), SensorError> {
        for key in self.keys(name)? {
            self.remove(name, &key)?;
        }
        Ok(())
    }

    /// The values of all processors.
    pub(super) fn each(&self, name: &str, key: &[u8]) -> Result<Vec<Vec<u8>>, SensorError> {
        let found = self.map(name)?.lookup_percpu(key, MapFlags::ANY);
        Ok(found
            .map_err(|error| failed(name, error))?
            .unwrap_or_default())
    }

    pub(super) fn set_seed(&self, seed: Seed) -> Result<(), SensorError> {
        self.set("seeds", &0_u32.to_ne_bytes(), &seed.bytes())
    }

    pub(super) fn seed(&self) -> Result<Seed, SensorError> {
        let bytes = self.get("seeds", &0_u32.to_ne_bytes())?;
        Ok(bytes.map(|bytes| Seed::read(&bytes)).unwrap_or_default())
    }

    /// Runs an iterator over all it looks at, once.
    pub(super) fn iterate(&self, name: &str) -> Result<(), SensorError> {
        let program = self.object.progs_mut().find(|one| one.name() == name);
        let program = program.ok_or_else(|| SensorError::Refused {
            what: format!("the iterator {name}"),
            source: io::ErrorKind::NotFound.into(),
        })?;
        let link = program
            .attach_iter_with_opts(IterOpts::None)
            .map_err(|error| failed(name, error))?;
        let iterator = Iter::new(&link).map_err(|error| failed(name, error))?;
        let mut written = Vec::new();
        iterator
            .take(MOST_WRITTEN)
            .read_to_end(&mut written)
            .map_err(|source| SensorError::Refused {
                what: format!("the iterator {name}"),
                source,
            })?;
        Ok(())
    }
}

fn failed(what: &str, error: libbpf_rs::Error) -> SensorError {
    SensorError::Refused {
        what: format!("the use of {what}"),
        source: io::Error::other(error),
    }
}
