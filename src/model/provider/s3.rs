//! A place in an object store with one backup below each of its folders.

use crate::model::{SecretRef, plain};

plain! {
    /// Objects below a prefix of an object store that speaks S3, each a file as it was saved, with
    /// a manifest from when that was done.
    pub struct S3 {
        /// The bucket.
        pub bucket: String,
        /// What the keys begin with, such as `backups/orders`. Each folder below it with a manifest
        /// is one backup; so is all below it, where it has one itself. The whole bucket, when left
        /// out.
        pub prefix: Option<String>,
        /// The address of the store, such as `https://s3.example.com`. That of AWS, when left out.
        /// What is read travels unencrypted where it begins with `http://`, and only there.
        pub endpoint: Option<String>,
        /// The region. `us-east-1`, when left out.
        pub region: Option<String>,
        /// Where the id of the access key is. A key that may list and get is enough.
        pub access_key: SecretRef,
        /// Where its secret is.
        pub secret_key: SecretRef,
        /// The name of the manifest, as `mainstay backup manifest` writes it.
        /// `mainstay-manifest.jsonl`, when left out.
        pub manifest: Option<String>,
    }
}
