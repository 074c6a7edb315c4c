//! The requests of shell commands, of a shell script's own and of those that another language runs.

use super::Requests;
use super::distinct::Visit;
use crate::model::{CallRole, RequestBody, RequestPart, Span, Text, TextBuilder, Use};
use crate::parse::Context;
use crate::parse::request::{Draft, bare};
use crate::parse::script::command::{Request, argv, effects, reader};
use crate::parse::script::observe::{CallEvent, RedirectEvent, Script};

impl<'t> Requests<'_, 't> {
    /// Finds the requests of a shell script's command.
    pub(super) fn shell_command(&mut self, context: &Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>) {
        let span = script.span(call.range);
        for words in argv::of_shell(script, call) {
            self.effects(context, span, caller(script, call), &words);
        }
        if call.path.is_some_and(|name| self.roles.prints.iter().any(|known| known == name)) {
            for text in call.arguments.iter().filter_map(|value| value.texts().next()) {
                self.shown.print("", text);
            }
        }
    }

    /// Takes a here-document that no interpreter reads.
    pub(super) fn shown_document(&mut self, context: &Context<'_>, redirect: &RedirectEvent<'_, 't>) {
        if redirect.operator.contains("<<") && reader(redirect, &context.vocabulary().commands).is_none() {
            for text in redirect.value.texts() {
                self.shown.print("<<", text);
            }
        }
    }

    /// Finds the requests of a command that another language runs, where it is given as a list of words.
    pub(super) fn command_of(&mut self, context: &Context<'_>, script: Script<'t>, call: &CallEvent<'_, 't>, role: &CallRole) {
        if role.role != Use::Command {
            return;
        }
        if let Some(words) = argv::of_call(role, call).filter(|words| !argv::is_line(words)) {
            for words in argv::of_words(script, &words) {
                self.effects(context, script.span(call.range), caller(script, call), &words);
            }
        }
    }

    fn effects(&mut self, context: &Context<'_>, span: Span, caller: Option<Span>, words: &[Text<'t>]) {
        let requests = effects(words, &context.vocabulary().commands).requests;
        let drafts = requests.iter().flat_map(|request| drafts(request, span)).enumerate();
        self.found.extend(drafts.map(|(number, draft)| (Visit { maker: (span, number), site: None, caller }, draft)));
    }
}

/// The call of a function of this file that led to this one.
pub(super) fn caller<'t>(script: Script<'t>, call: &CallEvent<'_, 't>) -> Option<Span> {
    call.caller.as_ref().map(|caller| script.span(caller))
}

/// One request for each URL.
fn drafts<'t>(request: &Request<'t>, command: Span) -> impl Iterator<Item = Draft<'t>> {
    let is_known = |url: &&Text<'t>| url.len() > url.holes().map(|hole| hole.len()).sum::<usize>();
    let known = request.urls.iter().filter(is_known).count();
    let mut common = of_options(request, command);
    let urls: Vec<_> = if known > 0 { request.urls.iter().filter(is_known).collect() } else { request.urls.iter().take(1).collect() };
    // A word of which nothing is known may be a URL where there is no other, and anything where there is.
    for url in request.urls.iter().filter(|url| !urls.iter().any(|taken| std::ptr::eq(*taken, *url))) {
        common.unknown(RequestPart::Headers, format!("`{}` may hold options", bare(url)));
    }
    let urls: Vec<_> = urls.into_iter().cloned().collect();
    urls.into_iter().map(move |url| Draft { url: Some(url), ..common.clone() })
}

/// What holds for every URL.
fn of_options<'t>(request: &Request<'t>, command: Span) -> Draft<'t> {
    let start = Span::new(command.start, command.start);
    let mut draft = Draft {
        method: Some(request.method.clone().unwrap_or_else(|| Text::synthetic(request.method().to_owned(), start))),
        query: request.query.clone(),
        body: if request.data.is_empty() { RequestBody::None } else { request.body },
        unknown: request.unknown.clone(),
        ..Draft::default()
    };
    draft.headers.extend(request.headers.iter().filter(|header| header.sent).map(|header| (header.name.clone(), header.value.clone())));
    for cookies in &request.cookies {
        draft.headers.push((Text::synthetic("Cookie", cookies.whole_span()), cookies.clone()));
    }
    if let Some(token) = &request.bearer {
        let place = token.whole_span();
        let mut value = TextBuilder::new();
        value.escaped("Bearer ", Span::new(place.start, place.start));
        value.push(token, 0..token.len());
        draft.headers.push((Text::synthetic("Authorization", place), value.finish().standing_in(place)));
    }
    if request.user.is_some() {
        draft.scheme = Some(request.scheme.as_ref().map_or_else(|| "basic".to_owned(), |scheme| scheme.as_str().to_ascii_lowercase()));
    }
    draft
}
