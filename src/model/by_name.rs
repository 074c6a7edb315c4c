//! Things that are found by the names of callees, members and keys.

use std::cmp::Reverse;

use foldhash::HashMap;
use serde::{Deserialize, Deserializer};

/// Something that is found by names.
pub trait Named {
    /// The names: paths whose last part is looked up.
    fn names(&self) -> &[String];
}

/// Things by the last part of their names.
#[derive(Debug)]
pub struct ByName<T> {
    all: Vec<T>,
    /// For the last part of a path: the whole path and the thing's number.
    index: HashMap<String, Vec<(String, usize)>>,
}

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self { all: Vec::new(), index: HashMap::default() }
    }
}

impl<'de, T: Named + Deserialize<'de>> Deserialize<'de> for ByName<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Vec::<T>::deserialize(deserializer)?;
        let mut index = HashMap::<String, Vec<(String, usize)>>::default();
        for (number, thing) in all.iter().enumerate() {
            for name in thing.names() {
                index.entry(last_part(name).to_owned()).or_default().push((name.clone(), number));
            }
        }
        // The exact name counts before those of any object, and of these the one that says most.
        index
            .values_mut()
            .for_each(|names| names.sort_by_key(|(name, _)| if name.starts_with('*') { Reverse(name.len()) } else { Reverse(usize::MAX) }));
        Ok(Self { all, index })
    }
}

impl<T> ByName<T> {
    /// Everything.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.iter()
    }

    /// Everything that has this path as one of its names, first what names it exactly.
    pub fn find<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a T> {
        let candidates = self.index.get(last_part(path)).map(Vec::as_slice).unwrap_or_default();
        candidates.iter().filter(move |(name, _)| matches(name, path)).filter_map(|(_, number)| self.all.get(*number))
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether a name (`fetch`, `*.setAttribute`) stands for a path.
fn matches(name: &str, path: &str) -> bool {
    match name.strip_prefix('*') {
        Some(end) => path.ends_with(end),
        None => name == path,
    }
}
