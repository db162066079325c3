using CsCheck;
using MoE.Actors.Storage.Marks;
using Xunit;

namespace MoE.Actors.Tests.Storage.Marks;

public sealed class MarkFileTests : IDisposable
{
    private static readonly Gen<Acknowledged> Any = Gen.Select(
        Gen.Long, Gen.Long, Gen.Long, Gen.UInt, Gen.Int, Gen.String[0, 200], Gen.Long).Select(
        (sequence, batch, rows, checksum, source, name, offset) =>
            new Acknowledged(sequence, batch, rows, checksum, source, Short(name), offset));

    private readonly TestFolder _folder = new();

    private string File => Path.Combine(_folder.Path, MarkFile.NameOf("m"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_mark_of_many_is_read_back() => Any.List[1, 6].Sample(all =>
    {
        System.IO.File.Delete(File);
        Assert.Null(MarkFile.Read(File));
        using (var mark = MarkFile.Begin(File, 7, null, all[0]))
            all.Skip(1).ToList().ForEach(mark.Write);
        Assert.Equal(new Mark(all.Count, 7, all[^1]), MarkFile.Read(File));
        Assert.Equal(2 * MarkFormat.SlotBytes, new FileInfo(File).Length);
        var again = MarkFile.Read(File);
        MarkFile.Begin(File, 7, again, all[0]).Dispose();
        Assert.Equal(new Mark(all.Count + 1, 7, all[0]), MarkFile.Read(File));
    }, iter: 200, threads: 1);

    [Fact]
    public void A_mark_that_was_written_in_part_leaves_the_one_before_it() =>
        Gen.Select(Any, Any, Any, Gen.Int[1, 500]).Sample((first, second, third, written) =>
        {
            using (var mark = MarkFile.Begin(File, 7, null, first))
                mark.Write(second);
            var slot = MarkFormat.Write(new Mark(3, 7, third));
            var bytes = System.IO.File.ReadAllBytes(File);
            slot.AsSpan(..written).CopyTo(bytes.AsSpan(MarkFormat.SlotBytes));
            System.IO.File.WriteAllBytes(File, bytes);
            Assert.Equal(second, MarkFile.Read(File)!.Last);
            System.IO.File.Delete(File);
        }, iter: 200, threads: 1);

    [Fact]
    public void Every_changed_bit_is_found() => Gen.Select(Any, Gen.Int[0, MarkFormat.SlotBytes - 1], Gen.Int[0, 7])
        .Sample((last, at, bit) =>
        {
            var slot = MarkFormat.Write(new Mark(1, 7, last));
            Assert.Equal(last, MarkFormat.Read(slot, "m")!.Last);
            slot[at] ^= (byte)(1 << bit);
            Assert.Null(MarkFormat.Read(slot, "m"));
        });

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(1024)]
    public void What_is_no_mark_is_read_as_none(int zeros)
    {
        System.IO.File.WriteAllBytes(File, new byte[zeros]);
        Assert.Null(MarkFile.Read(File));
    }

    // The layout is in users' data directories: these bytes never change.
    [Fact]
    public void The_first_layout_stays_as_it_is()
    {
        var slot = MarkFormat.Write(new Mark(5, 0x01020304, new Acknowledged(17, 250, 16000, 0xDEADBEEF, 1, "my.csv", 16010)));
        Assert.Equal("6D6F652D6D61726B" + "0100000000000000" + "0500000000000000" + "0403020100000000"
            + "1100000000000000" + "FA00000000000000" + "803E000000000000" + "EFBEADDE00000000" + "0100000000000000"
            + "8A3E000000000000" + "0600000000000000" + "6D792E637376", Convert.ToHexString(slot.AsSpan(..94)));
        Assert.All(slot[94..508], b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_mark_of_a_newer_version_is_refused()
    {
        var slot = MarkFormat.Write(new Mark(1, 7, new Acknowledged(1, 0, 0, 0, -1, "", 0)));
        slot[8] = 2;
        BitConverter.TryWriteBytes(slot.AsSpan(508), Compute.Files.Crc32C.Of(slot.AsSpan(..508)));
        System.IO.File.WriteAllBytes(File, slot);
        var error = Assert.Throws<ModelException>(() => MarkFile.Read(File));
        Assert.Equal($"{File} has format 2, and this version of moe reads up to 1; use a newer version.", error.Message);
    }

    // As a source's name is noted: what is not UTF-16 is no name.
    private static string Short(string name) => string.Concat(name.Where(c => !char.IsSurrogate(c)).TakeLast(120));
}
