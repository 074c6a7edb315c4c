use std::collections::BTreeMap;

use serde::Deserialize;

use super::Role;

/// What becomes of the URLs in CSS. Names are found whatever their case.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "RawRoles")]
pub struct CssRoles {
    functions: Vec<(String, Role)>,
    properties: Vec<(String, Role)>,
    at_rules: Vec<(String, Role)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawRoles {
    functions: BTreeMap<String, Role>,
    properties: BTreeMap<String, Role>,
    at_rules: BTreeMap<String, Role>,
}

impl From<RawRoles> for CssRoles {
    fn from(raw: RawRoles) -> Self {
        let list = |map: BTreeMap<String, Role>| map.into_iter().collect();
        Self { functions: list(raw.functions), properties: list(raw.properties), at_rules: list(raw.at_rules) }
    }
}

impl CssRoles {
    /// The role of a string in a call of this function, if it is a URL.
    pub fn function(&self, name: &str) -> Option<Role> {
        find(&self.functions, name)
    }

    /// The role of the URLs in this property's value, if it has one of its own.
    pub fn property(&self, name: &str) -> Option<Role> {
        find(&self.properties, name)
    }

    /// The role of the URLs in this at-rule's prelude, if it has one of its own. The name has no at sign.
    pub fn at_rule(&self, name: &str) -> Option<Role> {
        find(&self.at_rules, name)
    }
}

fn find(list: &[(String, Role)], name: &str) -> Option<Role> {
    list.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, role)| *role)
}
