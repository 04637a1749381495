// Changes messages by their structure; included by the targets whose inputs are messages.

use conformance::fuzzing::mutation::mutated;

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let of_body = |body: &mut Vec<u8>, most: usize| {
        let length = body.len();
        body.resize(most.max(length), 0);
        let changed = libfuzzer_sys::fuzzer_mutate(body, length, most);
        body.truncate(changed);
    };
    match mutated(&data[..size], max_size, seed, of_body) {
        Some(message) => {
            data[..message.len()].copy_from_slice(&message);
            message.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
});
