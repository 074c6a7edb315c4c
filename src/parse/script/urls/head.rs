//! Elements of a page's head that a program lists for a site generator: `headTags` of Docusaurus, `head` of VitePress, Starlight and
//! Nuxt, `useHead` of Unhead.

use super::Urls;
use super::element::attribute_name;
use crate::parse::Context;
use crate::parse::script::value::Value;

/// What holds the tag of an element, its attributes, and what stands in it, where a record describes all of it.
const TAG: [&str; 2] = ["tagName", "tag"];
const ATTRIBUTES: [&str; 3] = ["attributes", "attrs", "props"];
const CONTENT: [&str; 4] = ["innerHTML", "children", "content", "textContent"];

impl<'t> Urls<'_, 't> {
    /// Reports the elements that a value lists: all of one tag, or each with its own.
    pub(super) fn head(&mut self, context: &mut Context<'_>, tag: Option<&str>, listed: &Value<'t>) {
        for value in listed.alternatives() {
            match (tag, value) {
                (Some(tag), _) => self.of_tag(context, tag, value),
                (None, Value::List(items)) => match items.first().and_then(Value::constant) {
                    // `['script', { src: '…' }, '…']`
                    Some(tag) => self.head_element(context, tag, items.get(1), items.get(2)),
                    None => items.iter().for_each(|item| self.head(context, None, item)),
                },
                (None, Value::Record(entries)) => match first_of(value, &TAG).and_then(Value::constant) {
                    // `{ tag: 'script', attrs: { src: '…' } }`
                    Some(tag) => self.head_element(context, tag, first_of(value, &ATTRIBUTES), first_of(value, &CONTENT)),
                    // `{ script: [{ src: '…' }] }`
                    None => {
                        for (key, listed) in entries.iter() {
                            if let Some(tag @ ("script" | "link" | "style" | "noscript")) = key.constant() {
                                self.head(context, Some(tag), listed);
                            }
                        }
                    }
                },
                _ => {}
            }
        }
    }

    /// Reports elements of one tag: records of their attributes, or the URLs that they load.
    fn of_tag(&mut self, context: &mut Context<'_>, tag: &str, value: &Value<'t>) {
        match value {
            Value::List(items) => items.iter().for_each(|item| self.head(context, Some(tag), item)),
            Value::Record(_) => self.head_element(context, tag, Some(value), first_of(value, &CONTENT)),
            Value::Text(_) if tag == "style" => self.content(context, tag, &[], std::slice::from_ref(value)),
            Value::Text(_) => {
                let name = if tag == "link" { "href" } else { "src" };
                self.element(context, tag, &[(name.to_owned(), value.clone())]);
            }
            _ => {}
        }
    }

    fn head_element(&mut self, context: &mut Context<'_>, tag: &str, attributes: Option<&Value<'t>>, content: Option<&Value<'t>>) {
        let mut named = Vec::new();
        if let Some(Value::Record(entries)) = attributes {
            let entries = entries.iter().filter_map(|(key, value)| Some((attribute_name(key.constant()?).into_owned(), value.clone())));
            named.extend(entries);
        }
        self.element(context, tag, &named);
        if let Some(content) = content {
            self.content(context, tag, &named, std::slice::from_ref(content));
        }
    }
}

/// The entry of a record under the first of these keys that it has.
fn first_of<'v, 't>(record: &'v Value<'t>, keys: &[&str]) -> Option<&'v Value<'t>> {
    keys.iter().find_map(|key| record.entry(key))
}
