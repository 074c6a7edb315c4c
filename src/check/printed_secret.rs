//! Secrets that are shown to a person or a log, and those that a step of a workflow hands to later ones.

use super::{File, Verdict};
use crate::model::{Doubt, FlowKind, Hit, RelatedHit, SecretFlow, Severity};

/// Reports secrets that are shown.
pub(super) fn check(file: File<'_>) -> Verdict {
    verdict(file, |kind| kind != FlowKind::Handed)
}

/// Reports secrets that are handed to later steps, where no log hides them.
pub(super) fn handed(file: File<'_>) -> Verdict {
    verdict(file, |kind| kind == FlowKind::Handed)
}

fn verdict(file: File<'_>, is_one: impl Fn(FlowKind) -> bool) -> Verdict {
    Verdict { hits: file.facts.secret_flows.iter().filter(|flow| is_one(flow.kind)).map(hit).collect(), unverified: Vec::new() }
}

fn hit(flow: &SecretFlow) -> Hit {
    let SecretFlow { name, sink, .. } = flow;
    let message = match flow.kind {
        FlowKind::Printed if flow.doubt == Some(Doubt::Name) && name.starts_with("secrets.") => {
            format!("`{name}`, which the CI system keeps secret, is shown by `{sink}`")
        }
        FlowKind::Printed if flow.doubt == Some(Doubt::Name) => format!("`{name}`, by its name a secret, is shown by `{sink}`"),
        FlowKind::Printed if flow.doubt == Some(Doubt::Error) => format!("an error that may hold the secret `{name}` is shown by `{sink}`"),
        FlowKind::Printed if flow.doubt == Some(Doubt::Part) => format!("a good part of the secret `{name}` is shown by `{sink}`"),
        FlowKind::Printed if flow.doubt == Some(Doubt::Purpose) => {
            format!("the secret `{name}` is shown by `{sink}` to whoever runs this, and stays where its output is kept")
        }
        FlowKind::Printed => format!("the secret `{name}` is shown by `{sink}`"),
        FlowKind::Environment => format!("the whole environment (`{name}`) is shown by `{sink}`, with every secret in it"),
        FlowKind::Headers => format!("all headers of a request (`{name}`) are shown by `{sink}`, with its credentials"),
        FlowKind::Traced => format!("the secret `{name}` is printed by the shell, which traces its commands (`{sink}`)"),
        FlowKind::Verbose => format!("the secret `{name}` is printed by `{sink}`, which shows what it sends"),
        FlowKind::Handed => {
            format!("the secret `{name}` is handed to later steps through `${sink}`; no log hides it unless it was registered")
        }
        FlowKind::File => format!("`{name}`, into which a secret was written, is shown by `{sink}`"),
    };
    let mut hit = Hit::new(flow.span, message);
    if flow.source != flow.span {
        hit.related.push(RelatedHit::Here(flow.source, "the secret comes from here".to_owned()));
    }
    hit.related.extend(flow.steps.iter().map(|step| RelatedHit::Here(*step, "it passes here".to_owned())));
    hit.is_flow = true;
    hit.group = Some(sink.clone());
    // Who copies a sample sees it on a terminal of their own; nobody knows what is in an environment or in headers.
    if flow.is_sample || flow.doubt.is_some() || matches!(flow.kind, FlowKind::Environment | FlowKind::Headers) {
        hit.at_most = Some(Severity::Warning);
    }
    hit
}
