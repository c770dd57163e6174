# shellcheck shell=sh
# Says in a new terminal which GPUs the server has, and until when. NVIDIA_VISIBLE_DEVICES does not
# tell that: it is void where the engine gives them by CDI. Without GPUs there is no nvidia-smi.
case $- in
    *i*)
        (
            gpus=$(timeout 5 nvidia-smi --query-gpu=index,name,memory.total --format=csv,noheader \
                2>/dev/null </dev/null | sed -n 's/^[0-9]/GPU &/p' | tr '\n' ';')
            gpus=$(printf '%s' "${gpus%;}" | sed 's/;/; /g')
            end=${JUPYTERHUB_GPUS_UNTIL:-}
            clock=${end#*T}
            if [ -n "$end" ]; then
                printf 'Until %s %s UTC, when it is stopped, this server has %s.\n' \
                    "${end%T*}" "${clock%:*}" "${gpus:-its GPUs}"
            elif [ -n "$gpus" ]; then
                printf 'This server has %s.\n' "$gpus"
            fi
        ) || :
        ;;
esac
