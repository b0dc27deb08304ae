// What Faust's code is put into: reads the signal, gives it block by block, times the blocks, writes what comes out.
//
// `PROGRAM INPUT OUTPUT [KEEP]` prints the seconds spent in `compute`. As in rust/harness.rs a block is in the caches before the
// clock starts. Faust wants planes, and gets them outside of the timed part. KEEP keeps every so many frames, as 16 bits.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#ifndef FAUSTFLOAT
#define FAUSTFLOAT float
#endif

struct Meta {
    void declare(const char*, const char*) {}
};
struct UI {
    void openVerticalBox(const char*) {}
    void openHorizontalBox(const char*) {}
    void closeBox() {}
};
struct dsp {};

<<includeIntrinsic>>
<<includeclass>>

const int BLOCK = 1024;

std::vector<float> read(const char* path) {
    std::FILE* file = std::fopen(path, "rb");
    if (!file) std::exit(1);
    std::fseek(file, 0, SEEK_END);
    std::vector<float> samples(std::ftell(file) / sizeof(float));
    std::rewind(file);
    if (std::fread(samples.data(), sizeof(float), samples.size(), file) != samples.size()) std::exit(1);
    std::fclose(file);
    return samples;
}

int main(int count, char** arguments) {
    static mydsp program;
    program.init(48000);
    const int in = program.getNumInputs(), out = program.getNumOutputs(), keep = count > 3 ? std::atoi(arguments[3]) : 0;
    const std::vector<float> signal = read(arguments[1]);
    std::vector<std::vector<float>> inputs(in, std::vector<float>(BLOCK)), outputs(out, std::vector<float>(BLOCK));
    std::vector<float*> from, to;
    for (auto& plane : inputs) from.push_back(plane.data());
    for (auto& plane : outputs) to.push_back(plane.data());
    std::vector<int16_t> words(BLOCK);
    std::FILE* file = std::fopen(arguments[2], "wb");
    if (!file) return 1;
    double seconds = 0;
    const long frames = signal.size() / in;
    for (long first = 0, kept = 0; first < frames; first += BLOCK) {
        const int length = std::min<long>(BLOCK, frames - first);
        for (int c = 0; c < in; c++)
            for (int n = 0; n < length; n++) inputs[c][n] = signal[(first + n) * in + c];
        const auto start = std::chrono::steady_clock::now();
        program.compute(length, from.data(), to.data());
        int written = 0;
        if (keep)
            for (; kept < first + length; kept += keep)
                words[written++] = std::lrint(std::min(std::max(to[0][kept - first] * 32767.0f, -32768.0f), 32767.0f));
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (keep) {
            std::fwrite(words.data(), sizeof(int16_t), written, file);
        } else {
            for (int n = 0; n < length; n++)
                for (int c = 0; c < out; c++) std::fwrite(&outputs[c][n], sizeof(float), 1, file);
        }
    }
    std::fclose(file);
    std::printf("%.9f\n", seconds);
}
