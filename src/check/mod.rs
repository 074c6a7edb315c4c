//! Facts and parameters to hits: pure functions that know neither where the bytes came from nor how hits are printed.
//!
//! A check is a typed piece of code; a rule ([`crate::rule`]) is data that names a check and its parameters.

pub mod agreement;
mod asset_host;
pub mod audit;
pub mod contract;
mod credential;
mod printed_secret;
mod real_key;
mod shown;
mod substring_host_check;
pub mod survey;

pub use asset_host::AllowList;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Document, Facts, Hit, Span, Vocabulary, Wanted};

/// One document with its facts.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// The document.
    pub document: &'a Document,
    /// What was extracted from it.
    pub facts: &'a Facts,
    /// What the parsers looked for.
    pub vocabulary: &'a Vocabulary,
}

/// What the checks know beside the file: what the configuration says, and what the tree says as a whole.
#[derive(Debug, Default)]
pub struct Settings {
    /// The hosts from which pages may load.
    pub assets: AllowList,
    /// The contracts of the tree.
    pub contracts: contract::Contracts,
    /// What the project declares to agree.
    pub agreement: agreement::Agreement,
    /// The ids of the rules that do not run: what one of them would tell is left to the others.
    pub off: Vec<&'static str>,
}

impl Settings {
    /// Whether the rule with this id runs.
    fn runs(&self, rule: &str) -> bool {
        !self.off.contains(&rule)
    }

    /// Whether a file is declared to be made from another one, and is held to that.
    fn is_held_to_source(&self, path: &str) -> bool {
        let rule = |is_copy: bool| if is_copy { "mirror-drift" } else { "derived-drift" };
        self.agreement.made(path).is_some_and(|is_copy| self.runs(rule(is_copy)))
    }
}

/// What a check says about a file.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// What is wrong.
    pub hits: Vec<Hit>,
    /// What can't be decided, and why.
    pub unverified: Vec<(Span, String)>,
}

/// The files of a tree, for checks that look at more than one.
pub trait Tree: Sync {
    /// The file at a path, relative to the root, with forward slashes; `None` if it is not there or no text.
    fn document(&self, path: &str) -> Option<Arc<Document>>;

    /// The paths of all files that can be read, sorted.
    fn paths(&self) -> Vec<&str>;

    /// Whether a file is there, even if it is not read.
    fn exists(&self, path: &str) -> bool;
}

/// Of which files anything is asked, by their paths.
pub type Asked<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// The checks that a rule can name (`check = "asset-host"`), with their parameters (`[check.NAME]`) where they have some.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Check {
    /// URLs that a page loads from a host that is not allowed.
    AssetHost(asset_host::Parameters),
    /// Keys of a registered prefix that travel in another place than their own header.
    MisplacedCredential,
    /// Keys of a registered prefix that look real.
    HardCodedCredential,
    /// Tests of texts for a host that other hosts pass too.
    SubstringHostCheck,
    /// Secrets that are shown to a person or a log.
    PrintedSecret,
    /// Secrets that a step of a workflow hands to later ones.
    HandedSecret,
    /// Requests that authenticate otherwise than their contract allows.
    ContractAuthMismatch(contract::auth_mismatch::Parameters),
    /// Copies of API descriptions that differ from their contract.
    ContractCopyDrift(contract::copy_drift::Parameters),
    /// Operations of contracts that no page names.
    ContractUndocumentedOperation(contract::undocumented_operation::Parameters),
    /// Requests and named operations that their contract does not have.
    ContractUnknownOperation(contract::unknown_operation::Parameters),
    /// Files that do not agree as the project declares.
    Agreement(agreement::Assertion),
    /// Pages that show an API description which isn't where they say.
    ContractPage,
    /// Samples that are bound to an operation and call another one.
    ContractSampleMismatch,
    /// Security requirements that name a scheme which their description doesn't define.
    ContractSchemeUndefined(contract::security::undefined::Parameters),
    /// Security schemes that can't mean what they say.
    ContractSchemeSuspect(contract::security::suspect::Parameters),
    /// Operations that need nothing though all around them need something.
    ContractSecurityMissing(contract::security::missing::Parameters),
    /// Keys that code sends as Bearer without telling them apart before.
    UnguardedBearer(contract::unguarded_bearer::Parameters),
    /// Release artefacts that aren't as they should be: only `audit` runs it.
    Audit(audit::Assertion),
    /// Suppressions that do nothing: decided by `triage`.
    Suppression(Idle),
}

/// Why a suppression does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Idle {
    /// Nothing is left that it suppresses.
    Unused,
    /// Its date has passed.
    Expired,
    /// It has no reason, names no rule, or names one that does not exist.
    Invalid,
    /// It is an entry of the baseline, and what it accepts is gone.
    Stale,
    /// It does not stand in the commit that is trusted.
    Untrusted,
}

impl Check {
    /// What has to be extracted for it.
    pub fn wanted(&self) -> Wanted {
        match self {
            Self::AssetHost(_) => Wanted { loads: true, ..Wanted::default() },
            Self::MisplacedCredential | Self::HardCodedCredential => Wanted { credentials: true, ..Wanted::default() },
            Self::SubstringHostCheck => Wanted { host_tests: true, ..Wanted::default() },
            Self::PrintedSecret | Self::HandedSecret => Wanted { secret_flows: true, ..Wanted::default() },
            Self::ContractAuthMismatch(_) => Wanted { requests: true, credentials: true, ..Wanted::default() },
            Self::ContractCopyDrift(_)
            | Self::ContractPage
            | Self::ContractSchemeUndefined(_)
            | Self::ContractSchemeSuspect(_)
            | Self::ContractUndocumentedOperation(_)
            | Self::ContractSecurityMissing(_) => Wanted::default(),
            Self::ContractSampleMismatch | Self::ContractUnknownOperation(_) => Wanted { requests: true, ..Wanted::default() },
            Self::Agreement(_) | Self::Audit(_) => Wanted::default(),
            Self::UnguardedBearer(_) => Wanted { bearer_keys: true, ..Wanted::default() },
            Self::Suppression(_) => Wanted { comments: true, ..Wanted::default() },
        }
    }

    /// Whether it holds files against the contracts of the tree.
    pub fn needs_contracts(&self) -> bool {
        matches!(
            self,
            Self::ContractAuthMismatch(_)
                | Self::ContractCopyDrift(_)
                | Self::ContractUndocumentedOperation(_)
                | Self::ContractUnknownOperation(_)
                | Self::ContractPage
                | Self::ContractSampleMismatch
                | Self::ContractSchemeUndefined(_)
                | Self::ContractSchemeSuspect(_)
                | Self::ContractSecurityMissing(_)
        )
    }

    /// Whether it holds files against what the project declares to agree.
    pub fn holds_agreement(&self) -> bool {
        matches!(self, Self::Agreement(_))
    }

    /// Whether it says of a file what it says because of nothing but the file and the configuration.
    pub fn is_of_file_alone(&self) -> bool {
        match self {
            Self::AssetHost(_)
            | Self::HardCodedCredential
            | Self::SubstringHostCheck
            | Self::PrintedSecret
            | Self::HandedSecret
            | Self::UnguardedBearer(_) => true,
            // What is wrong with a request takes in what is wrong with its credential.
            Self::MisplacedCredential
            | Self::ContractAuthMismatch(_)
            | Self::ContractUnknownOperation(_)
            | Self::ContractSampleMismatch
            | Self::ContractCopyDrift(_)
            | Self::ContractUndocumentedOperation(_)
            | Self::Agreement(_)
            | Self::ContractPage
            | Self::ContractSchemeUndefined(_)
            | Self::ContractSchemeSuspect(_)
            | Self::ContractSecurityMissing(_)
            | Self::Audit(_)
            | Self::Suppression(_) => false,
        }
    }

    /// Whether it says of a file what it says because of the file, the configuration, the contracts and what the other files in its
    /// folder show of whose the APIs are that they ask.
    pub fn is_of_requests(&self) -> bool {
        matches!(
            self,
            Self::MisplacedCredential | Self::ContractAuthMismatch(_) | Self::ContractUnknownOperation(_) | Self::ContractSampleMismatch
        )
    }

    /// Whether it says what pages show of API descriptions.
    pub fn is_of_pages(&self) -> bool {
        matches!(self, Self::ContractPage)
    }

    /// Whether it is said of what accepts findings that it accepts none.
    pub fn is_of_what_accepts(&self) -> bool {
        matches!(self, Self::Suppression(_))
    }

    /// Whether it says what it says because of nothing but the configuration and the contracts.
    pub fn is_of_contracts_alone(&self) -> bool {
        matches!(
            self,
            Self::ContractCopyDrift(_)
                | Self::ContractSchemeUndefined(_)
                | Self::ContractSchemeSuspect(_)
                | Self::ContractSecurityMissing(_)
        )
    }

    /// Runs what can only be said of the tree as a whole, before any file is checked: what it says, by the path of the file. Of files about
    /// which nothing is `asked` it need say nothing.
    pub fn run_whole(&self, tree: &dyn Tree, settings: &Settings, vocabulary: &Vocabulary, asked: &Asked<'_>) -> BTreeMap<String, Verdict> {
        let contracts = &settings.contracts;
        match self {
            Self::ContractCopyDrift(parameters) => {
                let mut said = contract::copy_drift::check(tree, parameters, contracts, asked);
                said.retain(|path, _| !settings.is_held_to_source(path));
                said
            }
            Self::ContractSchemeUndefined(parameters) => contract::security::undefined::check(parameters, contracts),
            Self::ContractSchemeSuspect(parameters) => contract::security::suspect::check(parameters, contracts, vocabulary),
            Self::ContractSecurityMissing(parameters) => contract::security::missing::check(parameters, contracts),
            Self::ContractUndocumentedOperation(parameters) => {
                contract::undocumented_operation::check(tree, parameters, contracts, vocabulary)
            }
            Self::Agreement(assertion) => agreement::check(tree, *assertion, &settings.agreement, vocabulary),
            _ => BTreeMap::new(),
        }
    }

    /// Runs it over one file.
    pub fn run(&self, file: File<'_>, settings: &Settings) -> Verdict {
        match self {
            Self::AssetHost(parameters) => asset_host::check(file, parameters, &settings.assets),
            Self::MisplacedCredential => credential::misplaced(file),
            Self::HardCodedCredential => real_key::hard_coded(file),
            Self::SubstringHostCheck => substring_host_check::check(file),
            Self::PrintedSecret => printed_secret::check(file),
            Self::HandedSecret => printed_secret::handed(file),
            Self::ContractAuthMismatch(parameters) => contract::auth_mismatch::check(file, parameters, settings),
            Self::ContractPage => contract::page::check(file, &settings.contracts),
            Self::ContractSampleMismatch => contract::sample_mismatch::check(file, &settings.contracts),
            Self::ContractUnknownOperation(parameters) => contract::unknown_operation::check(file, parameters, &settings.contracts),
            Self::UnguardedBearer(parameters) => contract::unguarded_bearer::check(file, parameters),
            Self::ContractCopyDrift(_)
            | Self::ContractSchemeUndefined(_)
            | Self::ContractSchemeSuspect(_)
            | Self::ContractSecurityMissing(_)
            | Self::ContractUndocumentedOperation(_)
            | Self::Agreement(_)
            | Self::Audit(_)
            | Self::Suppression(_) => Verdict::default(),
        }
    }
}
