//! Tells cargo to build again when the pages were built anew; their bytes are embedded by `http::assets`.

use std::fs;

fn main() {
    // The folder must exist to be watched: cargo takes a missing path for one that changes every time.
    if let Err(error) = fs::create_dir_all("web/dist") {
        println!("cargo:warning=web/dist cannot be made ({error}); the binary will have no pages");
    }
    println!("cargo:rerun-if-changed=web/dist");
}
