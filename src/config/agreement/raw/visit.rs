//! Values that can be written in more than one way: a text or a list of texts, a text or a table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::derive::{RawFrom, RawPart};
use super::{RawDefinition, RawList, RawRow, RawRows, RawSource};

/// A text, or a list of texts.
#[derive(Debug, Default)]
pub(in crate::config) struct Many(Vec<(Option<Range<usize>>, String)>);

impl Many {
    /// The texts with their places; `around` is the place of all of it.
    pub(in crate::config) fn texts(this: Option<Spanned<Self>>) -> Vec<Spanned<String>> {
        let Some(this) = this else { return Vec::new() };
        let around = this.span();
        this.into_inner().0.into_iter().map(|(span, text)| Spanned::new(span.unwrap_or_else(|| around.clone()), text)).collect()
    }

    pub(in crate::config::agreement) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl JsonSchema for Many {
    fn schema_name() -> Cow<'static, str> {
        "Many".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": "A text, or a list of texts.", "type": ["string", "array"], "items": {"type": "string"}})
    }
}

impl JsonSchema for RawDefinition {
    fn schema_name() -> Cow<'static, str> {
        "NamedTruth".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let place = generator.subschema_for::<RawSource>();
        json_schema!({"description": "A text, or the place that says it.", "anyOf": [{"type": "string"}, place]})
    }
}

impl JsonSchema for RawFrom {
    fn schema_name() -> Cow<'static, str> {
        "From".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let part = generator.subschema_for::<RawPart>();
        json_schema!({"description": "A file, or a part of a contract.", "anyOf": [{"type": "string"}, part]})
    }
}

impl JsonSchema for RawList {
    fn schema_name() -> Cow<'static, str> {
        "List".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rows = generator.subschema_for::<RawRows>();
        json_schema!({
            "description": "Rows, each a text or texts by their names, or where the rows come from.",
            "anyOf": [
                {"type": "array", "items": {"type": ["string", "object"], "additionalProperties": {"type": "string"}}},
                rows,
            ],
        })
    }
}

/// Deserializes from a text, a sequence or a table, whatever a type takes.
macro_rules! visited {
    ($type:ty, $what:literal, { $($method:item)* }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visit;
                impl<'de> Visitor<'de> for Visit {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($what)
                    }
                    $($method)*
                }
                deserializer.deserialize_any(Visit)
            }
        }
    };
}

visited!(Many, "a text or a list of texts", {
    fn visit_str<E>(self, text: &str) -> Result<Many, E> {
        Ok(Many(vec![(None, text.to_owned())]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = items.next_element::<Spanned<String>>()? {
            texts.push((Some(item.span()), item.into_inner()));
        }
        Ok(Many(texts))
    }
});

visited!(RawDefinition, "a text, or a table with `file`", {
    fn visit_str<E>(self, text: &str) -> Result<RawDefinition, E> {
        Ok(RawDefinition::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawDefinition, A::Error> {
        RawSource::deserialize(MapAccessDeserializer::new(map)).map(|source| RawDefinition::Place(Box::new(source)))
    }
});

visited!(RawFrom, "a path, or a table with `contract`", {
    fn visit_str<E>(self, text: &str) -> Result<RawFrom, E> {
        Ok(RawFrom::File(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawFrom, A::Error> {
        RawPart::deserialize(MapAccessDeserializer::new(map)).map(RawFrom::Contract)
    }
});

visited!(RawRow, "a text, or a table of texts", {
    fn visit_str<E>(self, text: &str) -> Result<RawRow, E> {
        Ok(RawRow::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawRow, A::Error> {
        BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(RawRow::Names)
    }
});

visited!(RawList, "a list of rows, or a table with `file` or `files`", {
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawList, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = items.next_element()? {
            rows.push(row);
        }
        Ok(RawList::Rows(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawList, A::Error> {
        RawRows::deserialize(MapAccessDeserializer::new(map)).map(RawList::From)
    }
});
