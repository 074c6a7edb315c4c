//! Which start tags stand in SVG or MathML, where `script`, `style` and `title` are ordinary elements and CDATA sections
//! exist (WHATWG HTML, 13.2.6.5). It is as much of tree construction as the tokenizer needs.

/// How far up an end tag is looked for. Deeper nesting than this stays unmatched.
const REACH: usize = 64;

/// An open element that decides how its content is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Svg,
    Math,
    /// HTML within foreign content: `foreignObject`, `desc`, `title`, `annotation-xml`, `mi` and so on, by its name's hash.
    Integration(u64),
}

/// The open elements of SVG and MathML.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    open: Vec<Node>,
}

impl Foreign {
    /// Whether the current element is of SVG or MathML.
    pub(super) fn is_current(&self) -> bool {
        matches!(self.open.last(), Some(Node::Svg | Node::Math))
    }

    /// Notes a start tag; tells whether its element is of SVG or MathML.
    pub(super) fn start(&mut self, name: &[u8], self_closing: bool) -> bool {
        if !self.is_current() {
            if name.eq_ignore_ascii_case(b"svg") {
                self.enter(Node::Svg, self_closing);
                return true;
            }
            if name.eq_ignore_ascii_case(b"math") {
                self.enter(Node::Math, self_closing);
                return true;
            }
            return false;
        }
        if breaks_out(name) {
            while self.is_current() {
                self.open.pop();
            }
            return false;
        }
        let svg = self.open.last() == Some(&Node::Svg);
        let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if svg && is(&["svg"]) {
            self.enter(Node::Svg, self_closing);
        } else if svg && is(&["foreignobject", "desc", "title"]) || !svg && is(&["mi", "mo", "mn", "ms", "mtext", "annotation-xml"]) {
            self.enter(Node::Integration(fold(name)), self_closing);
        }
        true
    }

    /// Notes an end tag.
    pub(super) fn end(&mut self, name: &[u8]) {
        if self.open.is_empty() {
            return;
        }
        let matches = |node: &Node| match node {
            Node::Svg => name.eq_ignore_ascii_case(b"svg"),
            Node::Math => name.eq_ignore_ascii_case(b"math"),
            Node::Integration(hash) => *hash == fold(name),
        };
        if let Some(at) = self.open.iter().rev().take(REACH).position(matches) {
            self.open.truncate(self.open.len() - 1 - at);
        } else if self.is_current() && (breaks_out(name) || is_container(name)) {
            // An element that can't be open in foreign content: its end closes what is around that.
            while self.is_current() {
                self.open.pop();
            }
        }
    }

    fn enter(&mut self, node: Node, self_closing: bool) {
        if !self_closing {
            self.open.push(node);
        }
    }
}

/// A name's FNV-1a hash, in lower case.
fn fold(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3))
}

/// Start tags that end foreign content.
fn breaks_out(name: &[u8]) -> bool {
    const NAMES: [&str; 44] = [
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "i",
        "img",
        "li",
        "listing",
        "menu",
        "meta",
        "nobr",
        "ol",
        "p",
        "pre",
        "ruby",
        "s",
        "small",
        "span",
        "strong",
        "strike",
        "sub",
        "sup",
        "table",
        "tt",
        "u",
        "ul",
        "var",
    ];
    is_any(name, &NAMES)
}

/// End tags of HTML elements that stay open around foreign content, beyond those that break out of it.
fn is_container(name: &[u8]) -> bool {
    const NAMES: [&str; 22] = [
        "article", "aside", "button", "details", "figure", "footer", "form", "header", "html", "label", "main", "nav", "section",
        "summary", "tbody", "td", "template", "tfoot", "th", "thead", "tr", "body",
    ];
    is_any(name, &NAMES)
}

fn is_any(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_in_foreign_object_is_html() {
        let mut foreign = Foreign::default();
        assert!(!foreign.start(b"div", false));
        assert!(foreign.start(b"SVG", false));
        assert!(foreign.start(b"style", false));
        assert!(foreign.start(b"foreignObject", false));
        assert!(!foreign.start(b"style", false));
        foreign.end(b"foreignobject");
        assert!(foreign.is_current());
        foreign.end(b"svg");
        assert!(!foreign.is_current());
    }

    #[test]
    fn some_tags_break_out() {
        let mut foreign = Foreign::default();
        foreign.start(b"svg", false);
        assert!(!foreign.start(b"p", false));
        assert!(!foreign.is_current());
        foreign.start(b"svg", true);
        assert!(!foreign.is_current());
        foreign.start(b"svg", false);
        foreign.end(b"section");
        assert!(!foreign.is_current());
    }
}
