//! Manifests of plugins (`.well-known/ai-plugin.json`): they state how requests of the API authenticate.

use crate::model::{AuthClaim, RequestAuth, Text};
use crate::parse::Context;
use crate::parse::data::tree::Node;

/// Reports how the manifest says that requests authenticate.
pub(super) fn report(context: &mut Context<'_>, root: Node<'_, '_>) {
    let Some(auth) = root.get("auth").filter(|_| root.get("schema_version").is_some() && root.get("api").is_some()) else { return };
    let Some(kind) = auth.get("type").and_then(Node::text) else { return };
    let stated = auth.get("authorization_type").and_then(Node::text);
    let (said, claim) = match (kind.as_str(), stated) {
        ("none", _) => (kind, None),
        ("oauth", _) => (kind, Some(RequestAuth::Http(Some("bearer".to_owned())))),
        ("user_http" | "service_http", Some(scheme)) => (scheme, Some(RequestAuth::Http(Some(scheme.as_str().to_ascii_lowercase())))),
        _ => return,
    };
    let api = root.at(&["api", "url"]).and_then(Node::text).cloned().map(Text::into_owned);
    context.auth_claim(AuthClaim { span: said.whole_span(), auth: claim, api });
}
