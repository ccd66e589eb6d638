using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>Fetches files into a folder: what is there is kept, what was cut off is continued, what is wrong is thrown away.</summary>
internal sealed class HubDownload(HubClient client, TimeProvider time)
{
    private const int Attempts = 5;
    private const int BufferBytes = 1 << 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // A connection that sends nothing for this long is given up and continued on a new one.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(60);

    /// <param name="model">The model.</param>
    /// <param name="file">What the hub says about the file.</param>
    /// <param name="folder">Folder that receives it.</param>
    /// <param name="received">Told how many bytes of this file are there.</param>
    /// <param name="cancellationToken">Cancels the download; what has arrived stays for the next attempt.</param>
    public async Task FetchAsync(HubReference model, HubFile file, string folder, Action<long> received, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, file.Name);
        if (File.Exists(target) && new FileInfo(target).Length == file.Length)
        {
            received(file.Length);
            return;
        }

        // The checksum in the name keeps the parts of two versions of a file apart.
        var part = $"{target}.{file.Checksum[..16]}.part";
        PrivateFiles.CreateFolder(Path.GetDirectoryName(target)!);
        for (var attempt = 1; ; attempt++)
        {
            var before = Length(part);
            try
            {
                await ContinueAsync(model, file, part, received, cancellationToken);
                break;
            }
            catch (Exception cause) when (IsTransient(cause, cancellationToken))
            {
                // Attempts count as long as nothing arrives; a slow and shaky line still gets there.
                attempt = Length(part) > before ? 0 : attempt;
                if (attempt == Attempts)
                {
                    throw new MeshException(
                        ErrorKind.Unavailable, ErrorReasons.LegFailed, $"{model.Repository}/{file.Name}: nothing arrived in {Attempts} attempts: {cause.Message}", cause);
                }

                await Task.Delay(FirstPause * (1 << attempt), time, cancellationToken);
            }
        }

        await VerifyAsync(model, file, part, cancellationToken);
        File.Move(part, target, overwrite: true);
    }

    private async Task ContinueAsync(HubReference model, HubFile file, string part, Action<long> received, CancellationToken cancellationToken)
    {
        await using var stream = PrivateFiles.OpenOrCreate(part, FileAccess.Write);
        if (stream.Length > file.Length)
        {
            stream.SetLength(0);
        }

        if (stream.Length < file.Length)
        {
            using var silence = new CancellationTokenSource(SilenceLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            using var response = await client.OpenAsync(model, file.Name, stream.Length, either.Token);
            if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != stream.Length)
            {
                stream.SetLength(0);
            }

            stream.Seek(0, SeekOrigin.End);
            await CopyAsync(await response.Content.ReadAsStreamAsync(either.Token), stream, file, Heard, either.Token);

            void Heard(long length)
            {
                silence.CancelAfter(SilenceLimit);
                received(length);
            }
        }

        if (stream.Length != file.Length)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"{stream.Length} of {file.Length} bytes arrived");
        }
    }

    private static async Task CopyAsync(Stream source, FileStream target, HubFile file, Action<long> received, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        int count;
        while (target.Length < file.Length && (count = await ReceiveAsync(source, buffer, cancellationToken)) > 0)
        {
            // More than was announced is not written: a wrong server must not fill the disk.
            await target.WriteAsync(buffer.AsMemory(0, (int)Math.Min(count, file.Length - target.Position)), cancellationToken);
            await target.FlushAsync(cancellationToken);
            received(target.Position);
        }
    }

    /// <summary>Reads from the network; its failures are told from those of the disk, which no new attempt mends.</summary>
    private static async Task<int> ReceiveAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException cause) when (cause is not HttpIOException)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, cause.Message, cause);
        }
    }

    private static async Task VerifyAsync(HubReference model, HubFile file, string part, CancellationToken cancellationToken)
    {
        string actual;
        await using (var stream = File.OpenRead(part))
        {
            using var hash = IncrementalHash.CreateHash(file.Checksum.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
            if (file.Checksum.Length == 40)
            {
                hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Length}\0"));
            }

            var buffer = new byte[BufferBytes];
            for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                hash.AppendData(buffer, 0, count);
            }

            actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        if (!actual.Equals(file.Checksum, StringComparison.OrdinalIgnoreCase))
        {
            File.Delete(part);
            throw new MeshException(
                ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"{model.Repository}/{file.Name}: checksum is {actual}, the hub announced {file.Checksum}; the file was thrown away");
        }
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static bool IsTransient(Exception cause, CancellationToken cancellationToken) => cause
        is HttpRequestException or HttpIOException
        or MeshException { Kind: ErrorKind.Unavailable }
        || (cause is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
