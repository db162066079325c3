using System.Buffers.Binary;
using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;
using MoE.Compute.Tests.Gating;
using Xunit;

namespace MoE.Compute.Tests.Files;

public sealed class ModelFileTests : IDisposable
{
    private static readonly ModelFile Model = Learned();

    private readonly string _folder = Directory.CreateTempSubdirectory("moe-model-").FullName;

    private string FilePath => Path.Combine(_folder, "a.moe");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_back_to_the_byte()
    {
        Model.Write(FilePath);
        AssertSame(Model, ModelFile.Read(FilePath));
        var first = File.ReadAllBytes(FilePath);
        ModelFile.Read(FilePath).Write(FilePath);
        Assert.Equal(first, File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Any_definition_standing_and_images_are_read_back() => AnyModel.Sample(model =>
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        model.Write(path);
        AssertSame(model, ModelFile.Read(path));
    }, iter: 200);

    [Fact]
    public void Every_changed_byte_is_noticed_and_its_part_named()
    {
        Model.Write(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        var parts = Parts(bytes).ToList();
        using var file = new FileStream(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        var random = new Random(1);
        for (var at = 0; at < bytes.Length; at++)
        {
            Put(file, at, (byte)(bytes[at] ^ random.Next(1, 256)));
            var error = Assert.Throws<ModelFileException>(() => ModelFile.Read(FilePath)).Message;
            Put(file, at, bytes[at]);
            Assert.StartsWith(at < 8 ? $"{FilePath} is not a model file; " : $"{FilePath}: {Part(parts, at)} is damaged: ",
                error, StringComparison.Ordinal);
        }
        AssertSame(Model, ModelFile.Read(FilePath));
    }

    [Fact]
    public void Every_end_too_early_is_noticed_and_its_part_named()
    {
        Model.Write(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        var parts = Parts(bytes).ToList();
        using var file = new FileStream(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        for (var length = bytes.Length - 1; length >= 0; length--)
        {
            file.SetLength(length);
            var error = Assert.Throws<ModelFileException>(() => ModelFile.Read(FilePath)).Message;
            Assert.StartsWith(
                length < 8 ? $"{FilePath} is not a model file; " : $"{FilePath}: {Part(parts, length)} is damaged: ",
                error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_damage_is_noticed_and_told_in_one_line()
    {
        Model.Write(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        Gen.OneOf(Damage.Of(bytes), Exchanged(bytes)).Where(damaged => !damaged.SequenceEqual(bytes)).Sample(damaged =>
        {
            var path = Path.Combine(_folder, Path.GetRandomFileName());
            File.WriteAllBytes(path, damaged);
            var error = Assert.Throws<ModelFileException>(() => ModelFile.Read(path)).Message;
            Assert.Matches($"^{path}(: the .+ is damaged: .+| is not a model file); [^\n]+\\.$", error);
        }, iter: 600);
    }

    [Fact]
    public void A_newer_format_is_refused_with_a_way_out()
    {
        Model.Write(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        bytes[8] = 3;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Crc32C.Of(bytes.AsSpan(0, 12)));
        AssertRefused(bytes, $"{FilePath} has format 3, and this version of moe reads up to 2; use a newer version.");
    }

    [Fact]
    public void What_is_no_model_file_is_told_so()
    {
        const string Rest = " is not a model file; give one that was written by `moe export`.";
        AssertRefused([], FilePath + Rest);
        AssertRefused("a,b,class\n1,2,x\n"u8.ToArray(), FilePath + Rest);
    }

    [Fact]
    public void A_file_that_is_not_there_or_is_a_folder_is_told_so()
    {
        Assert.Equal($"There is no file {FilePath}.",
            Assert.Throws<ModelFileException>(() => ModelFile.Read(FilePath)).Message);
        Assert.Equal($"{_folder} is a directory; give a model file.",
            Assert.Throws<ModelFileException>(() => ModelFile.Read(_folder)).Message);
        Assert.Equal($"{_folder} is a directory; give the path of a file.",
            Assert.Throws<ModelFileException>(() => Model.Write(_folder)).Message);
        var nowhere = Path.Combine(_folder, "none", "a.moe");
        Assert.StartsWith($"{nowhere} cannot be written: ",
            Assert.Throws<ModelFileException>(() => Model.Write(nowhere)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_no_model_can_have_are_damage()
    {
        (Model with { Options = Model.Options with { Window = 0 } }).Write(FilePath);
        Assert.StartsWith($"{FilePath}: the definition is damaged: moe.window is 0; it must lie in [1, 256]; ",
            Assert.Throws<ModelFileException>(() => ModelFile.Read(FilePath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_write_leaves_the_file_that_was_there_and_nothing_beside_it()
    {
        Model.Write(FilePath);
        var failing = Model with { Experts = new FailingImages(Model.Experts) };
        Assert.StartsWith($"{FilePath} cannot be written: No room; ",
            Assert.Throws<ModelFileException>(() => failing.Write(FilePath)).Message, StringComparison.Ordinal);
        AssertSame(Model, ModelFile.Read(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    private static readonly Gen<string> Text = Gen.String[Gen.Char[' ', '\u07ff'], 0, 12];

    private static readonly Gen<ModelFile> AnyModel = Gen.Select(
        Text, Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300].Array[3],
        Gen.Select(Gen.Enum<SourceKind>(), Text, Gen.Long[0, long.MaxValue], Gen.Long[0, 1 << 40]).Array[0, 4],
        Gen.Select(Gen.Int[0, 2], Gen.Long[1, long.MaxValue], Text).Array[0, 2], Gen.Long[0, long.MaxValue])
        .Select((text, gate, images, sources, dropped, last) => Model with
        {
            Schema = new Schema([new(text, ColumnKind.Categorical), new("n", ColumnKind.Numeric)], text),
            Progress = new ModelProgress
            {
                LastBatch = last,
                Roster = Model.Roster,
                Changes = Model.Progress.Changes,
                Sources = [.. sources.Select(s => new SourcePosition(
                    new SourceId(s.Item1, s.Item2, text, s.Item3), s.Item4, s.Item4 / 2))],
                Dropped = [.. dropped.Select(f => new DroppedExpert(Model.Options.Pool[f.Item1].Id, f.Item2, f.Item3))],
            },
            Gate = gate,
            Experts = [.. images.Select(i => (ReadOnlyMemory<byte>)i)],
        });

    private static ModelFile Learned()
    {
        var stream = new RowStream(2, 1, 3, 1);
        var mixture = new Mixture(stream.Schema, new MixtureOptions
        {
            Window = 1,
            Pool =
            [
                new("fern-5", ExpertRole.Shared, "fern count=2 depth=2"),
                new("memory", ExpertRole.Shared, "memory size=16 near=2 wide=4"),
                new("cross", ExpertRole.Routed, "cross bits=8 pairs=1 bins=2"),
            ],
        });
        mixture.Learn(stream.Next(20));
        mixture.Change(new AddExpert { CloneOf = "memory", Mode = ExpertMode.Frozen, Seed = 7 });
        mixture.Change(new RetireExpert("cross"));
        return mixture.ToModelFile([new(new SourceId(SourceKind.File, "a.csv", "ab", 99), 20, 20)]);
    }

    private static void AssertSame(ModelFile expected, ModelFile actual)
    {
        Assert.Equal(expected.Schema, actual.Schema);
        Assert.Equivalent(expected.Options, actual.Options, strict: true);
        Assert.Equivalent(
            expected.Progress with { Roster = null }, actual.Progress with { Roster = null }, strict: true);
        Assert.Equal(expected.Roster.Members, actual.Roster.Members);
        Assert.Equal(expected.Roster.NextKey, actual.Roster.NextKey);
        Assert.Equal(expected.Gate.ToArray(), actual.Gate.ToArray());
        Assert.Equal(expected.Experts.Select(e => e.ToArray()), actual.Experts.Select(e => e.ToArray()));
    }

    private void AssertRefused(byte[] bytes, string message)
    {
        File.WriteAllBytes(FilePath, bytes);
        Assert.Equal(message, Assert.Throws<ModelFileException>(() => ModelFile.Read(FilePath)).Message);
    }

    private static IEnumerable<(string Name, int End)> Parts(byte[] bytes)
    {
        string[] names =
        [
            "the definition", "the standing", "the image of the gate", "the image of expert 'fern-5'",
            "the image of expert 'memory'", "the image of expert 'cross'",
        ];
        var end = 16;
        yield return ("the header", end);
        foreach (var name in names)
        {
            end += 12 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(end));
            yield return (name, end);
        }
        Assert.Equal(bytes.Length, end);
    }

    private static string Part(List<(string Name, int End)> parts, int at) => parts.First(p => at < p.End).Name;

    private static void Put(FileStream file, int at, byte value)
    {
        file.Position = at;
        file.WriteByte(value);
        file.Flush();
    }

    /// <summary>Two stretches of a file in each other's place.</summary>
    private static Gen<byte[]> Exchanged(byte[] bytes) =>
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, bytes.Length - 1]).Select((a, b) =>
            (byte[])[.. bytes[Math.Max(a, b)..], .. bytes[..Math.Max(a, b)]]);

    private sealed class FailingImages(IReadOnlyList<ReadOnlyMemory<byte>> images) : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        public int Count => images.Count;

        public ReadOnlyMemory<byte> this[int index] => index == 1 ? throw new IOException("No room.") : images[index];

        public IEnumerator<ReadOnlyMemory<byte>> GetEnumerator() => images.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
