using System.Runtime.Versioning;
using MoE.Actors.Storage;
using Xunit;

namespace MoE.Actors.Tests.Storage;

[UnsupportedOSPlatform("windows")]
public sealed class OwnerRightsTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_directory_that_is_made_is_its_owners_alone_with_all_that_is_in_it()
    {
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "new", "model");
        await using var mixture = await Models.StartAsync(Models.Memory with { DataDirectory = path });
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        var files = Directory.GetFiles(path);
        Assert.True(files.Length >= 5);                      // the write-ahead logs and their indices, too
        Assert.All(files, file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
    }

    [Theory]
    [InlineData(0b111_101_101, 0b110_000_000)]               // as mkdir makes it
    [InlineData(0b111_111_101, 0b110_000_000)]
    [InlineData(0b111_111_000, 0b110_110_000)]               // shared with a group on purpose
    [InlineData(0b111_101_000, 0b110_100_000)]
    [InlineData(0b010_111_111_101, 0b110_110_000)]
    [InlineData(0b111_000_000, 0b110_000_000)]
    public void Files_of_a_folder_that_is_there_are_the_groups_where_it_is_shared(int folder, int files) =>
        Assert.Equal((UnixFileMode)files, new OwnerRights((UnixFileMode)folder).Files);

    [Fact]
    public async Task A_folder_that_is_there_keeps_its_rights_and_files_that_others_can_read_are_told()
    {
        using var folder = new TestFolder();
        var everybody = Owner | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder.Path, everybody);
        await Models.LearnAsync(Models.EndOf(10), Models.Memory with { DataDirectory = folder.Path });
        Assert.Equal(everybody, File.GetUnixFileMode(folder.Path));
        using (var closed = DataDirectory.Open(folder.Path))
            Assert.Empty(closed.Warnings);
        File.SetUnixFileMode(Path.Combine(folder.Path, "journal.db"), Owner | UnixFileMode.OtherRead);
        using (var open = DataDirectory.Open(folder.Path))
            Assert.Equal($"{folder.Path}/journal.db can be read by other users of this machine; 'chmod -R go= "
                + $"{folder.Path}' restricts the model to its owner", Assert.Single(open.Warnings));
        await using var store = new SqliteStore(folder.Path, JournalSync.Full);
        store.Open();
        Assert.Single(store.Warnings);
    }
}
