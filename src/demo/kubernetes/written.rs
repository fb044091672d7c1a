//! The written form of an object: its JSON text, or what differs from the text of one very like it.
//!
//! The pods of a ReplicaSet differ in little more than name, node and addresses. Kept as LZ4 blocks whose dictionary is the
//! text of their first sibling they take about a tenth, so that 150,000 of them fit beside the client. Reading one is a
//! copy of some kilobytes.

use bytes::Bytes;
use lz4_flex::block::{compress_with_dict, decompress_with_dict};
use std::borrow::Cow;

/// A text that does not shrink to less than this part of itself is better kept as the model of those to come.
const WORTH: usize = 2;

/// JSON text of an object.
#[derive(Debug, Clone)]
pub struct Written {
    length: u32,
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    Plain(Bytes),
    Packed { model: Bytes, block: Box<[u8]> },
}

impl Written {
    /// A text as it is.
    pub fn plain(text: Vec<u8>) -> Written {
        Written { length: u32::try_from(text.len()).unwrap_or(u32::MAX), form: Form::Plain(text.into()) }
    }

    /// A text as what differs from `model`, which is set to this text where it is nothing like it.
    pub fn like(text: Vec<u8>, model: &mut Bytes) -> Written {
        if !model.is_empty() {
            let block = compress_with_dict(&text, model);
            if block.len() * WORTH < text.len() {
                let form = Form::Packed { model: model.clone(), block: block.into_boxed_slice() };
                return Written { length: u32::try_from(text.len()).unwrap_or(u32::MAX), form };
            }
        }
        let written = Written::plain(text);
        if let Form::Plain(bytes) = &written.form {
            *model = bytes.clone();
        }
        written
    }

    /// Bytes of the text.
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// An object is never without text.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Bytes that are kept for it.
    pub fn kept(&self) -> usize {
        match &self.form {
            Form::Plain(text) => text.len(),
            Form::Packed { block, .. } => block.len(),
        }
    }

    /// The text.
    pub fn text(&self) -> Cow<'_, [u8]> {
        match &self.form {
            Form::Plain(text) => Cow::Borrowed(text),
            // What was packed here is unpacked with the same model: it cannot be broken.
            Form::Packed { model, block } => {
                Cow::Owned(decompress_with_dict(block, self.len(), model).unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, labels: &str) -> Vec<u8> {
        format!(r#"{{"metadata":{{"name":"{name}","labels":{{{labels}}},"namespace":"shop"}},"spec":{{"containers":[{{"name":"web","image":"registry.example/web:1.2.3"}}],"restartPolicy":"Always"}}}}"#)
            .into_bytes()
    }

    #[test]
    fn siblings_take_little_and_read_as_they_were_written() {
        let labels = r#""app":"web","tier":"front","team":"checkout""#;
        let mut model = Bytes::new();
        let first = Written::like(pod("web-6d9f7c8b54-aaaaa", labels), &mut model);
        assert_eq!(first.kept(), first.len());
        let second = Written::like(pod("web-6d9f7c8b54-bbbbb", labels), &mut model);
        assert!(second.kept() * 4 < second.len(), "{} of {}", second.kept(), second.len());
        assert_eq!(second.text().as_ref(), pod("web-6d9f7c8b54-bbbbb", labels));
    }

    #[test]
    fn a_stranger_is_the_model_of_those_that_follow() {
        let mut model = Bytes::from_static(b"0123456789abcdefghijklmnopqrstuvwxyz");
        let text = pod("a", r#""x":"y""#);
        let written = Written::like(text.clone(), &mut model);
        assert_eq!(written.text().as_ref(), text);
        assert_eq!(model.as_ref(), text);
        assert!(!written.is_empty());
    }
}
