//! What the statements of template languages do to what stands around them.

use std::ops::Range;

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statement {
    /// Opens a choice: `if`, `unless`, `case`, `for`.
    Open,
    /// Starts the next side of the choice.
    Else,
    /// Ends the choice.
    Close,
    /// Starts a comment that a statement of this name ends.
    Comment(&'static str),
    /// Starts a stretch without template syntax, which a statement of this name ends.
    Raw(&'static str),
    /// Anything else.
    Other,
}

/// A statement of Jinja, Django, Liquid or Twig: what is between `{%` and `%}`.
pub(super) fn of_percent(inner: &str) -> Statement {
    match first_word(inner) {
        "if" | "unless" | "ifequal" | "ifnotequal" | "ifchanged" | "case" | "for" | "tablerow" | "with" => Statement::Open,
        "else" | "elif" | "elsif" | "elseif" | "when" | "empty" => Statement::Else,
        "endif" | "endunless" | "endifequal" | "endifnotequal" | "endifchanged" | "endcase" | "endfor" | "endtablerow" | "endwith" => {
            Statement::Close
        }
        "comment" => Statement::Comment("endcomment"),
        "raw" => Statement::Raw("endraw"),
        "verbatim" => Statement::Raw("endverbatim"),
        _ => Statement::Other,
    }
}

/// Whether a statement's first word is one of Jinja, Django, Liquid or Twig.
pub(super) fn is_known_percent(inner: &str) -> bool {
    const OTHERS: [&str; 36] = [
        "block",
        "endblock",
        "extends",
        "include",
        "import",
        "from",
        "set",
        "endset",
        "macro",
        "endmacro",
        "call",
        "filter",
        "load",
        "url",
        "static",
        "trans",
        "blocktrans",
        "translate",
        "csrf_token",
        "autoescape",
        "cycle",
        "now",
        "assign",
        "capture",
        "render",
        "section",
        "schema",
        "layout",
        "highlight",
        "link",
        "include_relative",
        "increment",
        "do",
        "embed",
        "break",
        "continue",
    ];
    of_percent(inner) != Statement::Other || OTHERS.contains(&first_word(inner))
}

/// A statement of Go templates or Handlebars: what is between `{{` and `}}`; `None` if it is an expression.
pub(super) fn of_braces(inner: &str) -> Option<Statement> {
    let inner = trimmed(inner);
    let word = first_word(inner);
    let rest = inner.get(word.len()..).unwrap_or_default();
    let has_operand = rest.starts_with(char::is_whitespace);
    Some(match word {
        "if" | "range" | "with" if has_operand => Statement::Open,
        "else" if rest.is_empty() || has_operand => Statement::Else,
        "end" if rest.is_empty() => Statement::Close,
        "block" | "define" if rest.trim_start().starts_with(['"', '`']) => Statement::Open,
        _ if inner.starts_with('#') || (inner.starts_with('^') && inner.len() > 1) => Statement::Open,
        _ if inner == "^" => Statement::Else,
        _ if inner.starts_with('/') && !inner.starts_with("/*") => Statement::Close,
        _ if inner.starts_with('$') && inner.contains(":=") => Statement::Other,
        _ => return None,
    })
}

/// A statement of ERB, EJS, JSP or PHP: the code between the delimiters.
pub(super) fn of_code(inner: &str) -> Statement {
    let inner = trimmed(inner);
    let inner = inner.strip_prefix("php").unwrap_or(inner).trim();
    let opens = inner.ends_with('{') || inner.ends_with(':') || inner.ends_with(" do") || inner.ends_with('|');
    match first_word(inner.trim_start_matches(['}', ' '])) {
        "else" | "elsif" | "elseif" | "when" => Statement::Else,
        "end" | "endif" | "endforeach" | "endfor" | "endwhile" => Statement::Close,
        "if" | "unless" | "case" => Statement::Open,
        _ if inner == "}" || inner == "});" || inner == "})" => Statement::Close,
        _ if opens => Statement::Open,
        _ => Statement::Other,
    }
}

/// `name = value` of a `set`, `assign`, `with` or `$name :=` statement: the name, and the value's bytes within `inner`.
pub(super) fn assignment(inner: &str) -> Option<(&str, Range<usize>)> {
    let words = trimmed(inner);
    let target = match first_word(inner) {
        word @ ("set" | "assign" | "with") => words.get(word.len()..)?,
        _ if words.starts_with('$') => words,
        _ => return None,
    };
    let name = target.split('=').next()?.trim_end_matches(':').trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    let start = inner.find('=')? + 1;
    let end = inner.find(words)? + words.len();
    (is_name && start <= end).then_some((name, start..end))
}

/// Without white space and trim markers at the ends.
pub(super) fn trimmed(inner: &str) -> &str {
    let spaces = |c: char| c.is_whitespace() || matches!(c, '-' | '~' | '+');
    inner.trim_start_matches(['-', '~', '+']).trim_start().trim_end_matches(spaces)
}

/// The first word of a statement, without trim markers.
pub(super) fn first_word(inner: &str) -> &str {
    let inner = trimmed(inner);
    let end = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
    inner.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_statement_in_several_languages() {
        assert_eq!(of_percent("- if a -"), Statement::Open);
        assert_eq!(of_percent(" endif "), Statement::Close);
        assert_eq!(of_percent(" iffy "), Statement::Other);
        assert_eq!(of_braces("- if .a "), Some(Statement::Open));
        assert_eq!(of_braces("else"), Some(Statement::Else));
        assert_eq!(of_braces("#if a"), Some(Statement::Open));
        assert_eq!(of_braces("/if"), Some(Statement::Close));
        assert_eq!(of_braces(" block.super "), None);
        assert_eq!(of_braces(" end_date "), None);
        assert_eq!(of_code(" if a "), Statement::Open);
        assert_eq!(of_code(" } else { "), Statement::Else);
        assert_eq!(of_code(" end "), Statement::Close);
        assert_eq!(of_code("php endforeach; "), Statement::Close);
        assert_eq!(of_code(" items.each do |item| "), Statement::Open);
    }

    #[test]
    fn assignments() {
        assert_eq!(assignment("- set cdn = 'a' -"), Some(("cdn", 11..15)));
        assert_eq!(assignment(" $cdn := \"a\" "), Some(("$cdn", 8..12)));
        assert_eq!(assignment(" if a == b "), None);
        assert_eq!(assignment(" set a, b = c "), None);
    }
}
