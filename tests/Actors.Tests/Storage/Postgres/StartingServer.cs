using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace MoE.Actors.Tests.Storage.Postgres;

/// <summary>
/// A port behind which a server seems to start: the first connections get an answer as PostgreSQL gives it then, or are
/// refused, and those behind them go through to a real server.
/// </summary>
internal sealed class StartingServer : IDisposable
{
    private const int EncryptionRequest = 80877103;          // of TLS; that of GSSAPI is the next number

    private readonly Queue<string?> _answers;
    private readonly int _real;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private readonly TcpListener _listener;

    /// <param name="real">The real server's port.</param>
    /// <param name="answers">
    /// What each of the first connections gets: an SQLSTATE; null for a refusal. Npgsql connects twice at a time.
    /// </param>
    public StartingServer(int real, params string?[] answers)
    {
        (_real, _answers) = (real, new Queue<string?>(answers));
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _running = Task.Run(RunAsync);
    }

    public int Port { get; }

    /// <summary>The answers that nobody has fetched yet.</summary>
    public int Left => _answers.Count;

    /// <summary>How to connect, where that is how to connect to the real server.</summary>
    public string Through(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { Port = Port }.ToString();

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
        _running.Wait();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var refused = _answers.TryPeek(out var answer) && answer is null ? await RefuseOnceAsync() : null;
                if (refused is not null)
                    continue;
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                if (_answers.TryDequeue(out var state))
                    await AnswerAsync(client, state!);
                else
                    _ = PassAsync(client);
            }
        }
        catch (Exception e) when (_end.IsCancellationRequested && e is OperationCanceledException or SocketException)
        {
            // the test is over
        }
    }

    // A closed port refuses by itself, unseen; a connection that is reset at once fails in the same place.
    private async Task<TcpClient> RefuseOnceAsync()
    {
        var client = await _listener.AcceptTcpClientAsync(_end.Token);
        _answers.Dequeue();
        client.LingerState = new LingerOption(true, 0);
        return client;
    }

    private async Task AnswerAsync(TcpClient client, string state)
    {
        using (client)
        {
            var stream = client.GetStream();
            while (await RequestAsync(stream) is EncryptionRequest or EncryptionRequest + 1)
                await stream.WriteAsync("N"u8.ToArray(), _end.Token);
            byte[] fields = [.. Encoding.ASCII.GetBytes(
                $"SFATAL\0VFATAL\0C{state}\0Mthe database system is starting up\0\0")];
            var answer = new byte[5 + fields.Length];
            answer[0] = (byte)'E';
            BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(1), 4 + fields.Length);
            fields.CopyTo(answer.AsSpan(5));
            await stream.WriteAsync(answer, _end.Token);
        }
    }

    private async Task<int> RequestAsync(NetworkStream stream)
    {
        var head = new byte[8];
        await stream.ReadExactlyAsync(head, _end.Token);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - head.Length];
        await stream.ReadExactlyAsync(rest, _end.Token);
        return BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _real, _end.Token);
                var (near, far) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(near.CopyToAsync(far, _end.Token), far.CopyToAsync(near, _end.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // one of the two has left
            }
    }
}
