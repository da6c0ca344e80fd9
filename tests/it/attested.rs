//! What a verification showed is exported, and others check it with programs of their own.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mainstay::attest::pae;
use serde_json::Value;

use crate::held::Held;

/// A workspace in which a backup was verified, with two keys, and the id of the verification.
fn verified() -> (Held, String) {
    let held = Held::of(
        "systems: [{id: orders-db, name: Orders}]
backups:
  - id: orders
    name: Orders
    of: [orders-db]
    every: 24h
    verify:
      with: {directory: {path: copy}}
      expect: [{files: {at-least: 1}}]\n",
    );
    fs::create_dir_all(held.path("copy/monday")).expect("room");
    fs::write(held.path("copy/monday/orders.csv"), "1,2,3\n").expect("room");
    held.told(&["backup", "manifest", "copy/monday"]);
    let output = held.say(&["backup", "verify", "orders", "--format", "json"]);
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for key in ["key", "other"] {
        keygen(&held, key, &["-t", "ed25519", "-N", ""]);
    }
    (held, all[0]["id"].as_str().expect("an id").to_owned())
}

fn keygen(held: &Held, name: &str, words: &[&str]) {
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-f", name]).args(words);
    let made = keygen.current_dir(held.0.path()).status();
    assert!(made.expect("`ssh-keygen` starts").success());
}

fn export(held: &Held, id: &str) -> Value {
    held.told(&["backup", "export", id, "--key", "key", "--out", "out.json"]);
    let text = fs::read_to_string(held.path("out.json")).expect("it is written");
    serde_json::from_str(&text).expect("JSON")
}

/// Whether OpenSSL finds the signature good.
fn openssl_agrees(folder: &Path, envelope: &Value, public: &str) -> bool {
    let base64 = |value: &Value| {
        STANDARD
            .decode(value.as_str().expect("text"))
            .expect("base64")
    };
    let signed = pae(
        envelope["payloadType"].as_str().expect("a type"),
        &base64(&envelope["payload"]),
    );
    fs::write(folder.join("signed"), signed).expect("room");
    let signature = base64(&envelope["signatures"][0]["sig"]);
    fs::write(folder.join("signature"), signature).expect("room");
    let public = fs::read_to_string(folder.join(public)).expect("a key");
    let public = public.split(' ').nth(1).expect("the key itself");
    let public = STANDARD.decode(public).expect("base64");
    // As RFC 8410 has it: a head that is always the same, and the last 32 bytes.
    let mut der = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".to_vec();
    der.extend_from_slice(&public[public.len() - 32..]);
    fs::write(folder.join("public.der"), der).expect("room");
    let mut openssl = Command::new("openssl");
    openssl.args([
        "pkeyutl",
        "-verify",
        "-pubin",
        "-keyform",
        "DER",
        "-inkey",
        "public.der",
    ]);
    openssl.args(["-rawin", "-in", "signed", "-sigfile", "signature"]);
    let output = openssl.current_dir(folder).output();
    output.expect("`openssl` starts").status.success()
}

#[test]
fn openssl_finds_the_signature_good_and_that_of_another_key_not() {
    let (held, id) = verified();
    let envelope = export(&held, &id);
    assert!(openssl_agrees(held.0.path(), &envelope, "key.pub"));
    assert!(!openssl_agrees(held.0.path(), &envelope, "other.pub"));
}

#[test]
fn what_was_exported_is_checked_without_the_workspace() {
    let (held, id) = verified();
    let envelope = export(&held, &id);
    fs::remove_dir_all(held.path(".mainstay")).expect("it is there");
    let check = ["backup", "export", "--verify", "out.json", "--key"];
    let told = held.told(&[&check[..], &["key.pub"]].concat());
    assert!(
        told.starts_with(&format!("the signature is good\n{id}  ")),
        "{told}"
    );
    assert!(told.contains(", of monday\n"), "{told}");
    let refused = held.say(&[&check[..], &["other.pub"]].concat());
    assert_eq!(refused.status.code(), Some(5));
    let payload = envelope["payload"].as_str().expect("text");
    let statement = STANDARD.decode(payload).expect("base64");
    let statement: Value = serde_json::from_slice(&statement).expect("JSON");
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(
        statement["subject"][1]["digest"]["sha256"],
        statement["predicate"]["hash"]
    );
}

#[test]
fn keys_that_cannot_be_used_are_refused_with_what_to_do() {
    let (held, id) = verified();
    keygen(&held, "locked", &["-t", "ed25519", "-N", "a passphrase"]);
    keygen(&held, "rsa", &["-t", "rsa", "-N", ""]);
    for (key, why) in [
        ("locked", "use a private key that has a passphrase"),
        ("rsa", "use a key of the kind ssh-rsa"),
        ("key.pub", "read the private key"),
        ("nowhere", "read `nowhere`"),
    ] {
        let output = held.say(&["backup", "export", &id, "--key", key]);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(complaint.contains(why), "{key}: {complaint}");
    }
    let output = held.say(&["backup", "export", "orders-0", "--key", "key"]);
    assert_eq!(output.status.code(), Some(4));
}
