//! `new`: a starter pipeline.

use crate::args::New;

const PIPELINE: &str = r#"{
  "version": "v1",
  "metadata": { "name": "my-pipeline", "description": "A recording, cleaned up for speech recognition" },
  "nodes": [
    { "id": "mic", "node_type": "AudioInput" },
    { "id": "mono", "node_type": "ChannelMix", "params": { "channels": 1 } },
    { "id": "rumble", "node_type": "HighPass", "params": { "frequency_hz": 80 } },
    { "id": "rate", "node_type": "FastResampleNode", "params": { "target_rate": 16000 } },
    { "id": "speech", "node_type": "AudioOutput", "params": { "format": "i16" } },
    { "id": "level", "node_type": "AudioLevelNode" }
  ],
  "connections": [
    { "from": "mic", "to": "mono" },
    { "from": "mono", "to": "rumble" },
    { "from": "rumble", "to": "rate" },
    { "from": "rate", "to": "speech" },
    { "from": "rate", "to": "level" }
  ]
}
"#;

const README: &str = "\
# my-pipeline

    remotemedia check pipeline.json
    remotemedia run pipeline.json -i recording.wav -o speech=speech.wav -o level=level.jsonl
    remotemedia compile pipeline.json --input audio:48000:2 --target wasi

`remotemedia nodes` lists what else can stand in it, `remotemedia explain pipeline.json` shows what becomes of it.
";

/// Runs `new`; gives the exit code.
pub fn new(args: &New) -> u8 {
    let folder = &args.folder;
    if folder.exists() {
        eprintln!("error: `{}` exists already\nhelp: choose another name", folder.display());
        return 2;
    }
    let write = || {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("pipeline.json"), PIPELINE)?;
        std::fs::write(folder.join("README.md"), README)
    };
    match write() {
        Ok(()) => {
            println!("{}", folder.join("pipeline.json").display());
            0
        }
        Err(error) => {
            eprintln!("error: cannot write `{}`: {error}", folder.display());
            2
        }
    }
}
