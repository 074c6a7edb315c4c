//! Elements of XML 1.0.

use std::ops::Range;

use roxmltree::{Node, ParsingOptions};
use simplecss::{AttributeOperator, PseudoClass, Selector};

use super::{ElementText, trimmed};
use crate::model::Document;

/// How many nodes a file may have.
const MAX_NODES: u32 = 1_000_000;

pub(super) fn find(document: &Document, selector: &str, attribute: Option<&str>) -> Result<Vec<ElementText>, String> {
    let source = document.as_str();
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let tree = roxmltree::Document::parse_with_options(source, options);
    let tree = tree.map_err(|error| format!("{} is no well-formed XML: {error}", document.path()))?;
    let selectors: Option<Vec<_>> = alternatives(selector).map(|selector| Selector::parse(selector.trim())).collect();
    let selectors = selectors.ok_or_else(|| format!("`{selector}` can't be used in XML: it has to be a selector of CSS 2"))?;
    let is_meant = |node: &Node<'_, '_>| node.is_element() && selectors.iter().any(|selector| selector.matches(&Element(*node)));
    let found = tree.descendants().filter(is_meant).map(|node| match attribute {
        Some(name) => match node.attributes().find(|attribute| attribute.name() == name) {
            Some(attribute) => {
                ElementText { span: trimmed(source, attribute.range_value()).into(), text: Some(attribute.value().trim().to_owned()) }
            }
            None => none(source, node.range()),
        },
        None => match node.children().filter(|child| !(child.is_comment() || is_blank(*child))).collect::<Vec<_>>().as_slice() {
            [child] if child.is_text() => {
                ElementText { span: trimmed(source, child.range()).into(), text: child.text().map(|text| text.trim().to_owned()) }
            }
            _ => none(source, node.range()),
        },
    });
    Ok(found.collect())
}

/// The selectors of a list. A comma in a string or in brackets ends none.
fn alternatives(list: &str) -> impl Iterator<Item = &str> {
    let (mut quote, mut depth, mut is_escaped) = (None, 0_usize, false);
    list.split(move |c: char| {
        match (quote, c) {
            _ if std::mem::take(&mut is_escaped) => {}
            (_, '\\') => is_escaped = true,
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (None, ',') => return depth == 0,
            (None, _) => {}
        }
        false
    })
}

/// What is said of an element that does not say it: its start tag.
fn none(source: &str, range: Range<usize>) -> ElementText {
    let tag = source.get(range.clone()).and_then(|text| text.find('>')).map_or(range.end, |at| range.start + at + 1);
    ElementText { span: (range.start..tag).into(), text: None }
}

fn is_blank(node: Node<'_, '_>) -> bool {
    node.is_text() && node.text().is_none_or(|text| text.trim().is_empty())
}

struct Element<'t, 'i>(Node<'t, 'i>);

impl simplecss::Element for Element<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Self)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Self)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attributes().any(|attribute| attribute.name() == name && operator.matches(attribute.value()))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.0.prev_sibling_element().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Encoding;

    #[test]
    fn a_comma_in_a_string_ends_no_selector() {
        let list = |list| alternatives(list).collect::<Vec<_>>();
        assert_eq!(list("a, b > c"), ["a", " b > c"]);
        assert_eq!(list(r#"a[x="1,2"],b[y='",']"#), [r#"a[x="1,2"]"#, r#"b[y='",']"#]);
        assert_eq!(list(r#"a[x="\",b"],c"#), [r#"a[x="\",b"]"#, "c"]);
        let document = Document::new("a.xml", "<r><a x='1,2'>one</a><b>two</b><c>three</c></r>", Encoding::Utf8 { bom: false });
        let found = find(&document, "a[x='1,2'], b", None).unwrap();
        assert_eq!(found.into_iter().filter_map(|found| found.text).collect::<Vec<_>>(), ["one", "two"]);
    }
}
