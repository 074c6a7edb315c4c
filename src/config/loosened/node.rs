//! A TOML file as data, with the places of everything.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::Span;

/// The entries of a table, each with the place of its value.
pub(super) type Table = BTreeMap<String, Node>;

/// A value and its place. Two are equal if they say the same, wherever they stand.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i128),
    Boolean(bool),
    /// A number or a date that no key of the configuration has.
    Other(String),
    List(Vec<Node>),
    Table(Table),
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// The tables of a file; empty if it can't be parsed.
pub(super) fn parse(text: &str) -> Table {
    DeTable::parse(text).map(|table| self::table(table.get_ref())).unwrap_or_default()
}

fn table(table: &DeTable<'_>) -> Table {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), node(value))).collect()
}

/// The recursion is as deep as the parser lets a file be.
fn node(value: &Spanned<DeValue<'_>>) -> Node {
    let read = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Other(number.as_str().to_owned()),
        },
        DeValue::Float(number) => Value::Other(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(date) => Value::Other(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(node).collect()),
        DeValue::Table(entries) => Value::Table(table(entries)),
    };
    Node { span: value.span().into(), value: read }
}

impl Node {
    /// A whole file.
    pub(super) fn of(table: Table) -> Self {
        Self { span: Span::new(0, 0), value: Value::Table(table) }
    }

    /// The entries of a table.
    pub(super) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The items of a list; anything else is the only item of one, as the configuration has it.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i128> {
        match self.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }
}
