//! The output of a node never depends on how its messages arrived.

use crate::driver::{Random, json, node, scattered};
use remotemedia_runtime_min::message::{Message, Value};
use remotemedia_runtime_min::node::Out;
use remotemedia_runtime_min::stream::Messages;

/// Streams whose times often coincide.
fn streams(ports: usize, random: &mut Random) -> Vec<Vec<Message>> {
    let port = |random: &mut Random, port: usize| {
        let mut time = 0;
        let message = |i: usize| {
            time += [0, 0, 1, 5, 100][random.below(5)];
            Message { time, value: Value::Text(format!("{port}.{i}")) }
        };
        (0..8).map(message).collect::<Vec<_>>()
    };
    (0..ports).map(|p| port(random, p)).map(|mut s| (s.truncate(s.len() - s.len() / 3), s).1).collect()
}

#[test]
fn a_merge_sorts_by_time_and_port_however_messages_arrive() {
    let mut random = Random(7);
    for round in 0..400 {
        let ports = 1 + round % 5;
        let inputs = streams(ports, &mut random);
        let mut expected: Vec<(usize, Message)> =
            inputs.iter().enumerate().flat_map(|(port, s)| s.iter().map(move |m| (port, m.clone()))).collect();
        expected.sort_by_key(|(port, message)| (message.time, *port));
        let expected: Vec<Message> = expected.into_iter().map(|(_, message)| message).collect();
        let options = json(&format!("{{\"inputs\": {ports}}}"));
        let (got, failed) = scattered(&mut *node("merge::Merge", &options), &inputs, &mut random);
        assert_eq!((got, failed), (expected, None), "round {round}");
    }
}

#[test]
fn a_merge_waits_no_longer_than_it_must() {
    let mut merge = node("merge::Merge", &json("{\"inputs\": 3}"));
    let mut output = Messages::new(1);
    let at = |time: u64| Message { time, value: Value::Int(time as i64) };
    let mut after = |act: &mut dyn FnMut(&mut Out<'_>)| {
        act(&mut Out { frames: None, messages: Some(&mut output) });
        let times: Vec<u64> = output.unread(0).iter().map(|m| m.time).collect();
        output.consume_all(0);
        (times, output.watermark())
    };
    assert_eq!(after(&mut |out| merge.message(1, &at(5), out).unwrap()), (vec![], 0));
    assert_eq!(after(&mut |out| merge.advance(2, 5, out).unwrap()), (vec![], 0));
    // Port 0 may still bring one at 5, which would go first; port 2 would come after.
    assert_eq!(after(&mut |out| merge.advance(0, 5, out).unwrap()), (vec![], 5));
    assert_eq!(after(&mut |out| merge.advance(0, 6, out).unwrap()), (vec![5], 5));
    assert_eq!(after(&mut |out| merge.message(1, &at(9), out).unwrap()), (vec![], 5));
    assert_eq!(after(&mut |out| merge.message(2, &at(7), out).unwrap()), (vec![], 6));
    assert_eq!(after(&mut |out| merge.close(0, out).unwrap()), (vec![7], 7));
    assert_eq!(after(&mut |out| merge.close(2, out).unwrap()), (vec![9], 9));
    assert_eq!(after(&mut |out| merge.advance(1, 20, out).unwrap()), (vec![], 20));
}
