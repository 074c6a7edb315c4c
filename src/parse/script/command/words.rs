//! A command's words, split into options, their values and operands as getopt(3) does it.

use crate::model::{CommandSyntax, OptionMeaning, Text};

/// The words of one command.
#[derive(Debug, Default)]
pub(super) struct Words<'s> {
    pub(super) options: Vec<Found<'s>>,
    pub(super) operands: Vec<Operand<'s>>,
}

/// An option that means something, with its value (empty if it takes none and its name says nothing).
#[derive(Debug)]
pub(super) struct Found<'s> {
    pub(super) meaning: OptionMeaning,
    pub(super) value: Text<'s>,
    /// The index of the word that holds the value, or the option itself.
    pub(super) at: usize,
}

/// A word that is neither an option nor the value of one, and its index.
#[derive(Debug)]
pub(super) struct Operand<'s> {
    pub(super) value: Text<'s>,
    pub(super) at: usize,
}

/// Reads the words after a command's name.
pub(super) fn read<'s>(words: &[Text<'s>], syntax: &CommandSyntax) -> Words<'s> {
    let mut out = Words::default();
    let runs_another = matches!(syntax.operands, crate::model::Operands::Command);
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let literal = literal_start(word);
        if literal == "--" && word.len() == 2 {
            out.operands.extend(words.iter().enumerate().skip(at + 1).map(|(at, word)| Operand { value: word.clone(), at }));
            break;
        }
        if !literal.starts_with('-') || literal == "-" {
            out.operands.push(Operand { value: word.clone(), at });
            at += 1;
            // The options behind the command that it runs are that command's own.
            if runs_another && out.operands.len() > syntax.leading && !super::is_assignment(literal) {
                break;
            }
            continue;
        }
        at = option(words, at, literal, syntax, &mut out);
    }
    out
}

/// Reads the option at `at`; returns the index of the next word.
fn option<'s>(words: &[Text<'s>], at: usize, literal: &str, syntax: &CommandSyntax, out: &mut Words<'s>) -> usize {
    let Some(word) = words.get(at) else { return at + 1 };
    let name = literal.split('=').next().unwrap_or(literal);
    // A long option, or one of several letters behind a single dash.
    if name.starts_with("--") || (name.len() > 2 && syntax.option(name).is_some()) {
        let Some(meaning) = syntax.option(name) else { return at + 1 };
        if !meaning.takes_value() {
            let named = if meaning == OptionMeaning::Scheme { name.len() - name.trim_start_matches('-').len()..name.len() } else { 0..0 };
            out.options.push(Found { meaning, value: word.slice(named), at });
            return at + 1;
        }
        if name.len() < literal.len() {
            out.options.push(Found { meaning, value: word.slice(name.len() + 1..word.len()), at });
            return at + 1;
        }
        return value_after(words, at, meaning, out);
    }
    // Short options behind one dash; the first that takes a value takes the rest of the word, or the next word.
    for (offset, letter) in literal.char_indices().skip(1) {
        let end = offset + letter.len_utf8();
        let mut buffer = [b'-', 0, 0, 0, 0];
        let (_, rest) = buffer.split_at_mut(1);
        let length = letter.encode_utf8(rest).len();
        let meaning = std::str::from_utf8(buffer.get(..=length).unwrap_or_default()).ok().and_then(|name| syntax.option(name));
        let Some(meaning) = meaning else { continue };
        if !meaning.takes_value() {
            out.options.push(Found { meaning, value: word.slice(offset..offset), at });
        } else if end < word.len() {
            out.options.push(Found { meaning, value: word.slice(end..word.len()), at });
            break;
        } else {
            return value_after(words, at, meaning, out);
        }
    }
    at + 1
}

/// Takes the word after the option at `at` as its value; returns the index of the word after that.
fn value_after<'s>(words: &[Text<'s>], at: usize, meaning: OptionMeaning, out: &mut Words<'s>) -> usize {
    if let Some(value) = words.get(at + 1) {
        out.options.push(Found { meaning, value: value.clone(), at: at + 1 });
    }
    at + 2
}

/// The characters before the word's first hole: only they can make it an option.
fn literal_start<'a>(word: &'a Text<'_>) -> &'a str {
    let end = word.holes().next().map_or(word.len(), |hole| hole.start);
    word.as_str().get(..end).unwrap_or_default()
}
