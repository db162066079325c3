using System.Diagnostics;
using MoE.Compute.Files;
using Xunit;

namespace MoE.Compute.Tests.Files;

public sealed class OutputFileTests : IDisposable
{
    private static readonly byte[] New = "new"u8.ToArray();

    private readonly string _folder = Directory.CreateTempSubdirectory("moe-output-").FullName;

    private string FilePath => At("out");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plain_file_is_written_whether_it_was_there_or_not(bool whole)
    {
        Write(OutputFile.At(FilePath), whole);
        Assert.Equal("new", File.ReadAllText(FilePath));
        File.WriteAllText(FilePath, "something longer");
        Write(OutputFile.At(FilePath), whole);
        Assert.Equal("new", File.ReadAllText(FilePath));
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_file_is_replaced_only_once_it_is_whole()
    {
        File.WriteAllText(FilePath, "old");
        OutputFile.At(FilePath).Replace(stream =>
        {
            stream.Write(New);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(FilePath));
        });
        Assert.Throws<InvalidDataException>(() => OutputFile.At(FilePath).Replace(_ => throw new InvalidDataException()));
        Assert.Equal("new", File.ReadAllText(FilePath));
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void What_is_written_bit_by_bit_is_there_at_once()
    {
        using var stream = OutputFile.At(FilePath).Open();
        stream.Write(New);
        stream.Flush();
        Assert.Equal("new", ReadShared(FilePath));
        stream.Write(New);
        stream.Flush();
        Assert.Equal("newnew", ReadShared(FilePath));
    }

    [Fact]
    public void A_new_file_is_as_private_as_the_one_that_it_replaces()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(FilePath, "old");
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(OutputFile.At(FilePath), whole: true);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_is_followed_and_stays_a_link(bool whole)
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(At("far"));
        File.WriteAllText(At("far/model"), "old");
        File.CreateSymbolicLink(At("near"), "far/model");
        File.CreateSymbolicLink(FilePath, "near");
        Write(OutputFile.At(FilePath), whole);
        Assert.Equal("near", new FileInfo(FilePath).LinkTarget);
        Assert.Equal("far/model", new FileInfo(At("near")).LinkTarget);
        Assert.Null(new FileInfo(At("far/model")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(At("far/model")));
        Assert.Equal([At("far/model")], Directory.GetFileSystemEntries(At("far")));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_refused_and_left_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.CreateSymbolicLink(FilePath, At("nothing"));
        Assert.Equal($"{FilePath} is a link to {At("nothing")}, which is not there; name a file.", Refusal(FilePath));
        File.CreateSymbolicLink(At("ring"), At("ring"));
        Assert.Contains("the link leads back to itself", Refusal(At("ring")), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pipe_is_written_into_and_stays_one(bool whole)
    {
        if (OperatingSystem.IsWindows())
            return;
        using (var make = Process.Start("mkfifo", [FilePath]))
            await make.WaitForExitAsync();
        File.CreateSymbolicLink(At("link"), FilePath);
        var read = Task.Run(() => File.ReadAllText(FilePath));
        var file = OutputFile.At(At("link"));
        Assert.False(file.IsPlain);
        file.CheckReplace();
        file.CheckOpen();
        Write(file, whole);
        Assert.Equal("new", await read);
        Assert.False(OutputFile.At(FilePath).IsPlain);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public async Task A_pipe_without_a_reader_is_waited_for_until_that_is_cancelled()
    {
        if (OperatingSystem.IsWindows())
            return;
        using (var make = Process.Start("mkfifo", [FilePath]))
            await make.WaitForExitAsync();
        using var cancel = new CancellationTokenSource();
        var opened = OutputFile.At(FilePath).OpenAsync(cancel.Token);
        Assert.False(opened.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opened);
        await using var reader = new FileStream(FilePath, FileMode.Open, FileAccess.ReadWrite);   // lets the thread go
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_is_written_into_and_stays_one(bool whole)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Write(OutputFile.At("/dev/null"), whole);
        Assert.False(OutputFile.At("/dev/null").IsPlain);
        var full = OutputFile.At("/dev/full");
        full.CheckReplace();
        var error = Assert.Throws<OutputFileException>(() => Write(full, whole)).Message;
        Assert.Equal("/dev/full cannot be written: No space left on device; give a path that can be, with room enough.",
            error);
    }

    [Fact]
    public void Standard_output_is_known_by_every_name()
    {
        if (!OperatingSystem.IsLinux())
            return;
        File.CreateSymbolicLink(FilePath, "/dev/stdout");
        Assert.All(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", FilePath], path =>
        {
            Assert.True(OutputFile.At(path).IsStandardOutput);
            Assert.False(OutputFile.At(path).IsPlain);
        });
        Assert.All(["/dev/stderr", "/dev/fd/2", "/dev/null"], path => Assert.False(OutputFile.At(path).IsStandardOutput));
    }

    [Fact]
    public void A_check_finds_what_writing_would_and_leaves_no_trace()
    {
        OutputFile.At(FilePath).CheckReplace();
        OutputFile.At(FilePath).CheckOpen();
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        File.WriteAllText(FilePath, "old");
        OutputFile.At(FilePath).CheckReplace();
        OutputFile.At(FilePath).CheckOpen();
        Assert.Equal("old", File.ReadAllText(FilePath));
        var nowhere = OutputFile.At(At("none/out"));
        Assert.All(new Action[] { nowhere.CheckReplace, nowhere.CheckOpen, () => nowhere.Open() }, act => Assert.Equal(
            $"{nowhere.Path} cannot be written: there is no folder {At("none")}; name a file in a folder that is there.",
            Assert.Throws<OutputFileException>(act).Message));
        Assert.Equal($"{_folder} is a directory; give the path of a file.", Refusal(_folder));
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void What_lies_beside_the_file_under_the_name_of_a_temporary_one_is_not_touched()
    {
        var beside = $"{FilePath}.{Environment.ProcessId}-0.part";
        File.WriteAllText(beside, "somebody's");
        Write(OutputFile.At(FilePath), whole: true);
        Assert.Equal(("new", "somebody's"), (File.ReadAllText(FilePath), File.ReadAllText(beside)));
    }

    [Fact]
    public void A_file_is_the_same_by_other_names()
    {
        File.WriteAllText(FilePath, "rows");
        Assert.True(OutputFile.At(FilePath).IsSameAs(Path.Combine(_folder, "..", Path.GetFileName(_folder), "out")));
        Assert.False(OutputFile.At(FilePath).IsSameAs(At("other")));
        if (OperatingSystem.IsWindows())
            return;
        File.CreateSymbolicLink(At("link"), FilePath);
        Assert.True(OutputFile.At(At("link")).IsSameAs(FilePath));
        Assert.True(OutputFile.At(FilePath).IsSameAs(At("link")));
    }

    private static void Write(OutputFile file, bool whole)
    {
        if (whole)
        {
            file.Replace(stream => stream.Write(New));
            return;
        }
        using var stream = file.Open();
        stream.Write(New);
    }

    private static string Refusal(string path) =>
        Assert.Throws<OutputFileException>(() => OutputFile.At(path)).Message;

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private string At(string name) => Path.Combine(_folder, name);
}
