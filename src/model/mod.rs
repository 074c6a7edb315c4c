//! The nouns of the program: spans, texts, documents, facts, hits, findings.
//!
//! Everything here is plain data. Nothing in this module knows about files, git, rules or terminals.

mod api;
mod api_words;
mod artifact;
mod by_name;
mod command;
mod credential;
mod css_roles;
mod data_file;
mod datum;
mod document;
mod fact;
mod finding;
mod host_source;
mod host_test;
mod html_roles;
mod manifest;
mod markdown_roles;
mod prefixes;
mod printable;
mod reference;
mod report;
mod request;
mod request_roles;
mod role;
mod script_roles;
mod secret;
mod secret_flow;
mod secret_gate;
mod secret_roles;
mod secret_words;
mod span;
mod text;
mod vocabulary;
mod wildcard;

pub use api::{
    ApiDescription, ApiIssue, ApiPlace, ApiReference, ApiText, ApiVersion, CodeSample, Operation, Parameter, PathItem, SampleSource,
    Security, SecurityRequirement, SecurityScheme, SecuritySchemeKind, SecurityUse, Server, ServerVariable,
};
pub use api_words::ApiWords;
pub use artifact::{EntryFault, EntryFaultKind, Member, Stretch};
pub use by_name::{ByName, Named};
pub use command::{CommandSyntax, Commands, Operands, OptionMeaning};
pub use credential::{Alphabet, Body, CredentialKind, Key, Place as CredentialPlace};
pub use css_roles::CssRoles;
pub use data_file::{DataFile, ImpliedLoad, KeyFormat, KeyRole, MkdocsAssets, References};
pub use datum::{Content, Datum, Key as DataKey, Scalar};
pub use document::{Document, Encoding, Position};
pub use fact::{Anchor, Carrier, Comment, CredentialUse, Facts, HeaderParts, ParseIssue, UrlRef, Wanted};
pub use finding::{Confidence, Edit, Excerpt, Finding, Fix, Hit, Place, Related, RelatedHit, Severity};
pub use host_source::HostSource;
pub use host_test::{
    Bound, Edge, HostComparison, HostMethod, HostOperator, HostPattern, HostRoles, HostSubject, HostTest, HostTestRole, HostWords, Operand,
};
pub use html_roles::{AttributeRule, AttributeSyntax, HtmlRoles, MetaRule, ScriptKind};
pub use manifest::Manifest;
pub use markdown_roles::{DirectiveBody, DirectiveRule, MarkdownRoles};
pub use printable::{ends_like_command, printable, printable_json, visible};
pub use reference::{Reference, resolve};
pub use report::{Checked, Gap, Report, RuleDescription, Skipped, Unverified};
pub use request::{AuthClaim, BearerKey, KeyLocation, METHODS, Request, RequestAuth, RequestBody, RequestHeader, RequestPart, UnknownPart};
pub use request_roles::{BodyRole, Deed, RequestMembers, RequestRole, RequestRoles, Slot, SlotArgument, WrapperRole};
pub use role::{Directive, Role};
pub use script_roles::{CallRole, ElementRole, Fold, FoldRole, PageSigns, ScriptRoles, Use, ValueRole};
pub use secret::Secret;
pub use secret_flow::{Doubt, FlowKind, SecretFlow};
pub use secret_roles::{FilesRole, SecretRoles, Secrets, SinkRole, names_logger};
pub use secret_words::{CallSays, Says, SecretWords};
pub use span::Span;
pub use text::{Segment, SegmentKind, Text, TextBuilder};
pub use vocabulary::{SecretNames, Vocabulary};
pub use wildcard::matches_wildcard;
