//! The engine's own stemmer, asked once for each distinct word: what indexing would cost plain tantivy if stemming were free.

use std::collections::HashMap;

use tantivy::tokenizer::{
    LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
    TokenizerManager,
};

/// The engine's `en_stem` with remembered stems; `None` if the engine was built without its stemmer.
pub(crate) fn remembered_en_stem() -> Option<TextAnalyzer> {
    let stems = Stems { stock: TokenizerManager::default().get("en_stem")?, known: HashMap::new() };
    let words =
        TextAnalyzer::builder(SimpleTokenizer::default()).filter(RemoveLongFilter::limit(40)).filter(LowerCaser);
    Some(words.filter(stems).build())
}

/// What words were stemmed to.
#[derive(Clone)]
struct Stems {
    stock: TextAnalyzer,
    known: HashMap<String, String>,
}

impl Stems {
    fn replace(&mut self, word: &mut String) {
        if let Some(known) = self.known.get(word) {
            word.clone_from(known);
            return;
        }
        let mut stem = word.clone();
        self.stock.token_stream(word).process(&mut |token| stem.clone_from(&token.text));
        self.known.insert(std::mem::replace(word, stem.clone()), stem);
    }
}

impl TokenFilter for Stems {
    type Tokenizer<T: Tokenizer> = Stemmed<T>;

    fn transform<T: Tokenizer>(self, words: T) -> Stemmed<T> {
        Stemmed { words, stems: self }
    }
}

/// A tokenizer whose words are stemmed.
#[derive(Clone)]
struct Stemmed<T> {
    words: T,
    stems: Stems,
}

impl<T: Tokenizer> Tokenizer for Stemmed<T> {
    type TokenStream<'a> = StemmedStream<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        StemmedStream { words: self.words.token_stream(text), stems: &mut self.stems }
    }
}

struct StemmedStream<'a, S> {
    words: S,
    stems: &'a mut Stems,
}

impl<S: TokenStream> TokenStream for StemmedStream<'_, S> {
    fn advance(&mut self) -> bool {
        let has_word = self.words.advance();
        if has_word {
            self.stems.replace(&mut self.words.token_mut().text);
        }
        has_word
    }

    fn token(&self) -> &Token {
        self.words.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.words.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_those_of_the_engine() {
        let tokens = |analyzer: &mut TextAnalyzer, text: &str| {
            let mut tokens = Vec::new();
            analyzer.token_stream(text).process(&mut |token| tokens.push(token.clone()));
            tokens
        };
        let mut stock = TokenizerManager::default().get("en_stem").unwrap();
        let mut remembered = remembered_en_stem().unwrap();
        let text = "Weaning was advised; the worker was weaned, and WEANING is advised again: L4-5, 10/325mg.";
        for _ in 0..2 {
            assert_eq!(tokens(&mut remembered, text), tokens(&mut stock, text));
        }
    }
}
