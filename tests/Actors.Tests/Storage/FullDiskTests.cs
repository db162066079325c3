using Microsoft.Data.Sqlite;
using MoE.Actors.Storage;
using Xunit;

namespace MoE.Actors.Tests.Storage;

public sealed class FullDiskTests
{
    private const int Full = 13;
    private const int IoError = 10;

    [Fact]
    public void It_is_found_behind_other_failures() =>
        Assert.True(FullDisk.IsCause(new ModelException("The log cannot be written.", new AggregateException(
            new SqliteException("database or disk is full", Full))), null));

    [Fact]
    public void An_error_of_a_disk_with_space_is_another() =>
        Assert.False(FullDisk.IsCause(new SqliteException("disk I/O error", IoError), Path.GetTempPath()));

    [Fact]
    public void Success_has_no_cause() => Assert.False(FullDisk.IsCause(null, Path.GetTempPath()));
}
