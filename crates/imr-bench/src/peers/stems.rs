//! The engine's own tokenizer and stemmer, asked once for each distinct word: what indexing would cost plain tantivy if
//! stemming were free.

use std::collections::HashMap;

use tantivy::tokenizer::{
    LowerCaser, PreTokenizedStream, PreTokenizedString, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token,
    Tokenizer, TokenizerManager,
};

/// `en_stem` that remembers the stems of words.
#[derive(Clone)]
pub(crate) struct RememberedStems {
    /// Makes words.
    words: TextAnalyzer,
    /// Stems them.
    stock: TextAnalyzer,
    known: HashMap<String, String>,
}

impl RememberedStems {
    /// `None` if the engine was built without its stemmer.
    pub(crate) fn new() -> Option<Self> {
        let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(RemoveLongFilter::limit(40));
        let words = words.filter(LowerCaser).build();
        Some(Self { words, stock: TokenizerManager::default().get("en_stem")?, known: HashMap::new() })
    }

    fn stem(&mut self, word: &str) -> String {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let mut stem = word.to_owned();
        self.stock.token_stream(word).process(&mut |token| stem.clone_from(&token.text));
        self.known.insert(word.to_owned(), stem.clone());
        stem
    }
}

impl Tokenizer for RememberedStems {
    type TokenStream<'a> = PreTokenizedStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PreTokenizedStream {
        let mut tokens: Vec<Token> = Vec::new();
        self.words.token_stream(text).process(&mut |token| tokens.push(token.clone()));
        for token in &mut tokens {
            token.text = self.stem(&token.text);
        }
        PreTokenizedStream::from(PreTokenizedString { text: text.to_owned(), tokens })
    }
}

#[cfg(test)]
mod tests {
    use tantivy::tokenizer::TokenStream;

    use super::*;

    #[test]
    fn stems_are_those_of_the_engine() {
        let mut stock = TokenizerManager::default().get("en_stem").unwrap();
        let mut remembered = RememberedStems::new().unwrap();
        let text = "Weaning was advised; the worker was weaned, and WEANING is advised again: L4-5, 10/325mg.";
        for _ in 0..2 {
            let mut wanted = Vec::new();
            stock.token_stream(text).process(&mut |token| wanted.push(token.clone()));
            let mut told = Vec::new();
            remembered.token_stream(text).process(&mut |token| told.push(token.clone()));
            assert_eq!(told, wanted);
        }
    }
}
