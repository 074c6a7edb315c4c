//! Variables that show nothing of what they hold, by their types.

use foldhash::HashSet;

use super::asked::before;

/// What stands at the end of the types whose objects are printed as the name of their type.
const TYPES: [&str; 3] = ["securestring]", "pscredential]", "credential]"];

/// PowerShell's variables that are declared with such a type, in lower case.
pub(super) fn variables(text: &str) -> HashSet<String> {
    let lower = text.to_ascii_lowercase();
    let mut out = HashSet::default();
    for name in TYPES {
        for at in memchr::memmem::find_iter(lower.as_bytes(), name.as_bytes()) {
            let rest = lower.get(at + name.len()..).unwrap_or_default().trim_start();
            let Some(rest) = rest.strip_prefix('$') else { continue };
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            out.extend(rest.get(..end).map(ToOwned::to_owned));
        }
    }
    out
}

/// Whether a variable is named after a credential: an object, or the name of one on a server.
pub(super) fn names_credential(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["credential", "credentials", "cred", "creds"].iter().any(|end| lower.ends_with(end))
}

/// What stands at the end of the names of classes whose objects show those that they hold.
const COLLECTIONS: [&str; 12] =
    ["Map", "List", "Set", "Collection", "Optional", "Iterable", "Supplier", "Entry", "Queue", "Deque", "Stream", "Pair"];

/// The class before its parameters: of `Map<String, List<String>`, which lacks its last bracket, `Map`.
fn generic_class(text: &str) -> &str {
    /// How long they may be, in bytes.
    const LONGEST: usize = 500;
    let text = before(text, text.len(), LONGEST);
    let mut depth = 1;
    let open = text.char_indices().rev().find_map(|(at, c)| {
        match c {
            '>' => depth += 1,
            '<' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    });
    let before = text.get(..open.unwrap_or_default()).unwrap_or_default();
    let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |start| start + 1);
    before.get(start..).unwrap_or_default()
}

/// Whether a variable of Java is declared in this file, and always as an object of a class that is no text: what such an object
/// shows of itself its class decides.
pub(super) fn is_object(text: &str, name: &str) -> bool {
    /// Classes whose objects show what they hold.
    const TEXTS: [&str; 22] = [
        "String",
        "CharSequence",
        "StringBuilder",
        "StringBuffer",
        "StringJoiner",
        "Object",
        "Optional",
        "T",
        "Character",
        "Properties",
        "JSONObject",
        "JSONArray",
        "JsonObject",
        "JsonNode",
        "ObjectNode",
        "HttpHeaders",
        "Headers",
        "URI",
        "URL",
        "Map",
        "List",
        "Throwable",
    ];
    let mut is_declared = false;
    for at in memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()) {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
        let ends = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '(');
        let Some(class) = before.strip_suffix(' ').filter(|_| ends) else { continue };
        let start = class.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |start| start + 1);
        let class = class.get(start..).unwrap_or_default();
        let is_raised = class.ends_with("Exception") || class.ends_with("Error");
        // `Map<String, String> all`, and `Token<?> token`
        let generic = before.strip_suffix("> ").map(generic_class);
        let holds_others = generic.is_some_and(|class| COLLECTIONS.iter().any(|end| class.ends_with(end)));
        if generic.is_some_and(|class| !holds_others && class.starts_with(char::is_uppercase)) {
            is_declared = true;
            continue;
        }
        if TEXTS.contains(&class) || is_raised || before.ends_with("] ") || before.ends_with("> ") {
            return false;
        }
        is_declared |= class.starts_with(char::is_uppercase);
    }
    is_declared
}
