using System.Net.Sockets;
using MoE.Actors.Storage.Postgres;
using Npgsql;
using Xunit;

namespace MoE.Actors.Tests.Storage.Postgres;

public sealed class LostServerTests
{
    [Theory]
    [InlineData("08006")]                                    // connection_failure
    [InlineData("08P01")]                                    // protocol_violation
    [InlineData("57P01")]                                    // admin_shutdown
    [InlineData("57P02")]                                    // crash_shutdown
    [InlineData("57P03")]                                    // cannot_connect_now
    public void An_answer_about_the_connection_tells_of_a_lost_server(string state) =>
        Assert.True(LostServer.IsCause(Answer(state)));

    [Theory]
    [InlineData("23505")]                                    // unique_violation
    [InlineData("28P01")]                                    // invalid_password
    [InlineData("42501")]                                    // insufficient_privilege
    [InlineData("42P01")]                                    // undefined_table
    [InlineData("53100")]                                    // disk_full
    [InlineData("57014")]                                    // query_canceled
    public void Any_other_answer_does_not(string state) => Assert.False(LostServer.IsCause(Answer(state)));

    [Theory]
    [InlineData(typeof(NpgsqlException))]
    [InlineData(typeof(SocketException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(EndOfStreamException))]
    [InlineData(typeof(TimeoutException))]
    public void No_answer_tells_of_a_lost_server_however_it_is_wrapped(Type type)
    {
        var failure = (Exception)Activator.CreateInstance(type)!;
        Assert.True(LostServer.IsCause(failure));
        Assert.True(LostServer.IsCause(new AggregateException(new NpgsqlException("while reading", failure))));
        Assert.True(LostServer.IsCause(new ModelException("The log cannot be written.", failure)));
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(InvalidDataException))]
    public void What_has_to_do_with_no_server_does_not(Type type) =>
        Assert.False(LostServer.IsCause((Exception)Activator.CreateInstance(type)!));

    [Fact]
    public void An_answer_counts_however_it_is_wrapped()
    {
        Assert.True(LostServer.IsCause(new ModelException("The log cannot be written.", Answer("57P01"))));
        Assert.False(LostServer.IsCause(new ModelException("The log cannot be written.", Answer("42501"))));
    }

    private static PostgresException Answer(string state) => new("as the server says", "FATAL", "FATAL", state);
}
