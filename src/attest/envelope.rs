//! The envelope: bytes, of what type they are, and who signed both.
//!
//! <https://github.com/secure-systems-lab/dsse/blob/master/protocol.md>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use signature::{Signer, Verifier};
use ssh_key::{Algorithm, HashAlg, PrivateKey, PublicKey, Signature};

use crate::error::{Error, Result};

/// The type of what is in it: a statement of in-toto.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// An envelope, as it is written to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// What is in it, in base64.
    pub payload: String,
    /// Of what type that is.
    pub payload_type: String,
    /// Who signed it.
    pub signatures: Vec<Signed>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The fingerprint of the key: a hint, which proves nothing.
    #[serde(default)]
    pub keyid: String,
    /// The signature, in base64.
    pub sig: String,
}

impl Envelope {
    /// Signs a statement and puts it into an envelope.
    ///
    /// # Errors
    /// `Internal` when the key refuses to sign.
    pub fn seal(statement: &[u8], key: &PrivateKey) -> Result<Self> {
        let signature = key.try_sign(&pae(PAYLOAD_TYPE, statement));
        let signature: Signature =
            signature.map_err(|error| Error::internal("sign the statement").because(error))?;
        Ok(Envelope {
            payload: STANDARD.encode(statement),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: vec![Signed {
                keyid: fingerprint(key.public_key()),
                sig: STANDARD.encode(signature.as_bytes()),
            }],
        })
    }

    /// Takes the statement out, if the holder of this key signed it. What others signed does not
    /// matter.
    ///
    /// # Errors
    /// `Invalid` when nobody with that key did, or it is no statement of in-toto.
    pub fn open(&self, key: &PublicKey) -> Result<Vec<u8>> {
        if self.payload_type != PAYLOAD_TYPE {
            let of = self.payload_type.escape_debug();
            return Err(Error::invalid(format!("read an envelope of type `{of}`")));
        }
        let payload = decoded(&self.payload).ok_or_else(|| Error::invalid("read the payload"))?;
        let signed = pae(PAYLOAD_TYPE, &payload);
        let is_good = |it: &Signed| {
            let bytes = decoded(&it.sig);
            let signature = bytes.and_then(|it| Signature::new(Algorithm::Ed25519, it).ok());
            signature.is_some_and(|signature| Verifier::verify(key, &signed, &signature).is_ok())
        };
        if self.signatures.iter().any(is_good) {
            return Ok(payload);
        }
        let message = format!("find a signature that is good for {}", fingerprint(key));
        Err(Error::invalid(message)
            .hint("It was signed with another key, or somebody has changed it."))
    }
}

/// What is signed: the type and the bytes, so that neither can be taken for something else.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let lengths = (payload_type.len(), payload.len());
    let mut signed = format!("DSSEv1 {} {payload_type} {} ", lengths.0, lengths.1).into_bytes();
    signed.extend_from_slice(payload);
    signed
}

/// Reads a private key as `ssh-keygen -t ed25519` makes it.
///
/// # Errors
/// `Invalid` when it is none, is of another kind, or has a passphrase.
pub fn private_key(text: &str) -> Result<PrivateKey> {
    let key = PrivateKey::from_openssh(text).map_err(|error| {
        Error::invalid("read the private key")
            .because(error)
            .hint("`ssh-keygen -t ed25519 -N '' -f FILE` makes one.")
    })?;
    if key.is_encrypted() {
        return Err(Error::invalid("use a private key that has a passphrase")
            .hint("`ssh-keygen -p -N '' -f COPY` takes it off a copy, for nobody to be asked."));
    }
    only_ed25519(&key.algorithm())?;
    Ok(key)
}

/// Reads a public key as `ssh-keygen` writes it beside the private one.
///
/// # Errors
/// `Invalid` when it is none, or is of another kind.
pub fn public_key(text: &str) -> Result<PublicKey> {
    let key = PublicKey::from_openssh(text.trim()).map_err(|error| {
        Error::invalid("read the public key")
            .because(error)
            .hint("Name the file that ends with `.pub`.")
    })?;
    only_ed25519(&key.algorithm())?;
    Ok(key)
}

fn only_ed25519(algorithm: &Algorithm) -> Result<()> {
    if *algorithm == Algorithm::Ed25519 {
        return Ok(());
    }
    Err(Error::invalid(format!("use a key of the kind {algorithm}"))
        .hint("`ssh-keygen -t ed25519` makes one that can be used."))
}

fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// Both ways to write base64 are allowed in an envelope.
fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD
        .decode(text.replace('-', "+").replace('_', "/"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key that signs nothing but this test.
    const PRIVATE: &str = "-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACD0q5HVAEUa4bKrgKeukZbZUzSbup0Ytr6GsMjELn0llwAAAIin590zp+fd
MwAAAAtzc2gtZWQyNTUxOQAAACD0q5HVAEUa4bKrgKeukZbZUzSbup0Ytr6GsMjELn0llw
AAAEBHbZAeyLMtxgAVGc5YSg8qDv9y5OsDcHckXWkGmrEwS/SrkdUARRrhsquAp66RltlT
NJu6nRi2voawyMQufSWXAAAABHRlc3QB
-----END OPENSSH PRIVATE KEY-----
";

    #[test]
    fn what_is_signed_is_what_the_protocol_says() {
        let signed = pae("http://example.com/HelloWorld", b"hello world");
        let expected = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(signed, expected.as_bytes());
        assert_eq!(pae("", b""), b"DSSEv1 0  0 ");
    }

    #[test]
    fn only_who_signed_opens_it_and_only_as_it_was() {
        let key = private_key(PRIVATE).expect("a key");
        let public = key.public_key();
        let sealed = Envelope::seal(b"{}", &key).expect("sealed");
        assert_eq!(sealed.open(public).expect("good"), b"{}");
        let mut changed = sealed.clone();
        changed.payload = STANDARD.encode(b"[]");
        changed.open(public).expect_err("it was changed");
        let mut typed = sealed.clone();
        typed.payload_type = "application/json".to_owned();
        typed.open(public).expect_err("it is of another type");
        let mut nobody = sealed.clone();
        nobody.signatures.clear();
        nobody.open(public).expect_err("nobody signed it");
        let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFptc2cTwC\
                     6CuuSxfUmLwOxORr3a+tWEYVGI2u6xqpfl";
        let other = public_key(other).expect("a key");
        sealed.open(&other).expect_err("another key");
    }
}
